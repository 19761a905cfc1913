"""What people have allowed clients before, so that they are not asked again."""

from sandbox.leisure.store import Store


def is_asked(store: Store, *, client: str, person: str, scope: str) -> bool:
    """Say whether the person must be asked: for what was not allowed before, and whenever access is to last."""
    wanted = set(scope.split())
    rows = store.rows(
        "SELECT scope FROM consent WHERE client = %(client)s AND person = %(person)s",
        {"client": client, "person": person},
    )
    allowed = set(rows[0]["scope"].split()) if rows else set()
    return "offline_access" in wanted or not wanted <= allowed


def keep(store: Store, *, client: str, person: str, scope: str) -> None:
    """Remember what was allowed, beside what was allowed before."""
    store.rows(
        "INSERT INTO consent AS before (client, person, scope) VALUES (%(client)s, %(person)s, %(scope)s)"
        " ON CONFLICT (client, person) DO UPDATE SET scope = before.scope || ' ' || excluded.scope RETURNING 1",
        {"client": client, "person": person, "scope": scope},
    )
