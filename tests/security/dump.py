"""Everything that the database holds, as a digest of each table, so that “nothing was changed” can be said of all."""

from functools import cache

from django.db import connections

from imin.ground.database import OWNER

# a sign-in under way is begun by every page that is opened without a session, and spent by every return
_NOT_COMPARED = ("identity_signin", "django_migrations", "django_content_type", "auth_permission")


def tables() -> dict[str, str]:
    """Return a digest of the rows of each table; when a session was last seen does not count."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_query())
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the names of the tables that differ."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def everything() -> str:
    """Return every row of every table as text."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name} ' || t::text FROM \"{name}\" t" for name in names()))
        return "\n".join(row[0] for row in cursor.fetchall())


@cache
def names() -> list[str]:
    """Return the name of every table."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


@cache
def _query() -> str:
    row = "(to_jsonb(t) - 'seen_at')::text"
    return " UNION ALL ".join(
        f"SELECT '{name}', coalesce(md5(string_agg({row}, ',' ORDER BY {row})), '') FROM \"{name}\" t"
        for name in names()
        if name not in _NOT_COMPARED
    )
