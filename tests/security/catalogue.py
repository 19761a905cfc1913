"""What the database itself says of its walls: each rule yields the tables, functions and rights that break it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

NO_TENANT = {
    "auth_group": "operators; the web role reads nothing of it",
    "auth_group_permissions": "operators",
    "auth_permission": "operators",
    "auth_user": "operators",
    "auth_user_groups": "operators",
    "auth_user_user_permissions": "operators",
    "console_auditentry": "operators; what they did, to whichever Broker",
    "console_onetimepassword": "operators",
    "console_recoverycode": "operators",
    "console_secondfactor": "operators",
    "console_signinattempts": "operators, and who pretends to be one",
    "django_admin_log": "operators",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
    "django_session": "operators' sessions",
    "payments_gatewayevent": "belongs to a payment account, which several Brokers may share",
    "procrastinate_events": "the queue",
    "procrastinate_jobs": "the queue; jobs carry ids, no rows of a Broker",
    "procrastinate_periodic_defers": "the queue",
    "procrastinate_workers": "the queue",
}
"""Tables without a Broker's data, each with its reason. Every other table must be behind a wall."""

RIGHTS = {
    "payments_gatewayevent": {"INSERT"},  # a signed event is stored and not read
    "procrastinate_workers": {"SELECT"},  # /healthz says whether a worker is alive
}
"""What the web role may do with tables of `NO_TENANT`; nothing with those that are not here."""

DEFINERS = {
    "tenant_of_host(text)": "finds the Broker of one exact host, before it is known whom to act for",
    "tenants_version()": "says by one number whether anything changed at any Broker, and nothing of what",
}
"""Functions of the web role's that run as the owner, past every wall."""

WITHOUT_CUSTOMER_WALL = {"identity_session": "found by its key, before it is known who the Customer is"}
"""Tables with a `customer_id` that are walled by Broker alone."""

_NAMESPACES = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%%'"
_TABLES = f"""
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND {_NAMESPACES} ORDER BY c.relname
"""
_TENANTS = f"""
    WITH RECURSIVE tenant AS (
        SELECT 'brokers_broker'::regclass::oid AS oid
        UNION SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'broker_id' AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p', 'f') AND {_NAMESPACES}
        UNION SELECT f.conrelid FROM pg_constraint f JOIN tenant ON f.confrelid = tenant.oid WHERE f.contype = 'f'
    ) SELECT oid::regclass::text FROM tenant ORDER BY 1
"""
_RIGHTS = """
    SELECT coalesce(array_agg(DISTINCT may), '{}') FROM pg_roles, to_regclass(%s) AS of,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS may
    WHERE rolname = %s AND (has_table_privilege(rolname, of, may) OR CASE
        WHEN may IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(rolname, of, may) END)
"""


def rows(cursor: Any, sql: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values)
    return list(cursor.fetchall())


def tenants(cursor: Any) -> list[str]:
    """Return every table with a `broker_id`, or with a foreign key path to a Broker."""
    return [row[0] for row in rows(cursor, _TENANTS)]


def columns(cursor: Any, table: str) -> set[str]:
    sql = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
    return {row[0] for row in rows(cursor, sql, table)}


def broker_column(table: str) -> str:
    return "id" if table == "brokers_broker" else "broker_id"


def customer_column(cursor: Any, table: str) -> str:
    """Return the column that a Customer's rows are known by; empty for tables of the Broker's alone."""
    if table == "customers_customer":
        return "id"
    return "customer_id" if "customer_id" in columns(cursor, table) and table not in WITHOUT_CUSTOMER_WALL else ""


def rights(cursor: Any, table: str) -> set[str]:
    """Return what the web role may do with a table, or with any column of it."""
    return set(rows(cursor, _RIGHTS, table, _web())[0][0])


def _web() -> str:
    return settings.WEB_ROLE


# ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────


def problems(cursor: Any) -> list[str]:
    """Return every breach of every rule, in words that name it."""
    return [words for rule in RULES for words in rule(cursor)]


def every_table_has_its_place(cursor: Any) -> Iterator[str]:
    there = {name for _oid, name, kind, _secured in rows(cursor, _TABLES) if kind in "rpf"}
    walled = set(tenants(cursor))
    for name in sorted(there - walled - set(NO_TENANT)):
        yield f"{name} has no Broker: give it one and a wall, or list it in NO_TENANT with the reason."
    for name in sorted((set(NO_TENANT) - there) | (set(NO_TENANT) & walled)):
        yield f"{name} stands in NO_TENANT and does not belong there."


def every_tenants_table_is_walled(cursor: Any) -> Iterator[str]:
    walled = set(tenants(cursor))
    for oid, name, _kind, secured in rows(cursor, _TABLES):
        if name not in walled:
            continue
        if broker_column(name) not in columns(cursor, name):
            yield f"{name} leads to a Broker and has no broker_id to be walled by."
        if not secured:
            yield f"{name} has no row-level security."
        policies = _policies(cursor, oid)
        if rights(cursor, name) and not policies:
            yield f"{name} has no policy for the web role."
        needed = ["app.broker"] + ["app.customer"] * bool(customer_column(cursor, name))
        for policy, rule in policies:
            for setting in needed:
                if setting not in rule:
                    yield f"{name}: the policy {policy} does not ask for {setting}."


def _policies(cursor: Any, oid: int) -> list[tuple[str, str]]:
    sql = """
        SELECT polname, coalesce(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), '')
        FROM pg_policy WHERE polrelid = %s AND polpermissive
          AND polroles && ARRAY[0::oid, (SELECT oid FROM pg_roles WHERE rolname = %s)]
    """
    return [(row[0], row[1]) for row in rows(cursor, sql, oid, _web())]


def the_web_role_has_few_rights(cursor: Any) -> Iterator[str]:
    walled = set(tenants(cursor))
    for _oid, name, kind, _secured in rows(cursor, _TABLES):
        may = {"SELECT", "INSERT", "UPDATE", "DELETE"} if name in walled else RIGHTS.get(name, set())
        more = rights(cursor, name) - (may if kind in "rp" else set())  # a view reads as its owner, past the walls
        if more:
            yield f"{name}: the web role may {', '.join(sorted(more))}."
    sql = f"SELECT nspname FROM pg_namespace n WHERE has_schema_privilege(%s, oid, 'CREATE') AND {_NAMESPACES}"
    for (schema,) in rows(cursor, sql, _web()):
        yield f"The web role may make tables in the schema {schema}."


def the_web_role_is_plain(cursor: Any) -> Iterator[str]:
    sql = """
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
               EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid),
               EXISTS (SELECT 1 FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid
                       AND deptype = 'o')
        FROM pg_roles r WHERE rolname = %s
    """
    words = ["is a superuser", "may bypass row-level security", "may make roles", "may make databases"]
    words += ["may replicate", "is a member of another role", "owns something"]
    (found,) = rows(cursor, sql, _web())
    yield from (f"The web role {word}." for word, so in zip(words, found, strict=True) if so)


def few_functions_run_as_the_owner(cursor: Any) -> Iterator[str]:
    sql = f"""
        SELECT p.oid::regprocedure::text, coalesce(array_to_string(p.proconfig, ' '), '') FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND has_function_privilege(%s, p.oid, 'EXECUTE') AND {_NAMESPACES}
    """
    found = dict(rows(cursor, sql, _web()))
    yield from (f"{name} runs as its owner; the web role may call it." for name in sorted(found.keys() - DEFINERS))
    for name, configured in found.items():
        if not configured.startswith("search_path=") or not configured.endswith("pg_temp"):
            yield f"{name} runs as its owner without a search_path that ends with pg_temp."


def pointers_stay_with_their_broker(cursor: Any) -> Iterator[str]:
    sql = """
        SELECT conrelid::regclass::text, confrelid::regclass::text,
               (SELECT array_agg(attname ORDER BY attname) FROM pg_attribute
                WHERE attrelid = conrelid AND attnum = ANY (conkey))
        FROM pg_constraint WHERE contype = 'f' ORDER BY 1
    """
    walled = set(tenants(cursor)) - {"brokers_broker"}
    keys = [(table, to, set(names)) for table, to, names in rows(cursor, sql) if {table, to} <= walled]
    together = {(table, to, *sorted(names - {"broker_id"})) for table, to, names in keys if "broker_id" in names}
    for table, to, names in keys:
        if "broker_id" not in names and (table, to, *sorted(names)) not in together:
            yield f"{table}.{', '.join(sorted(names))} may point at another Broker's {to}: tie it with same_broker."


RULES = (
    every_table_has_its_place,
    every_tenants_table_is_walled,
    the_web_role_has_few_rights,
    the_web_role_is_plain,
    few_functions_run_as_the_owner,
    pointers_stay_with_their_broker,
)
