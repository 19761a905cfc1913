"""Migration operations that put a table behind row-level security and tie it to its Broker by composite keys.

Every table with a Broker's data goes through `wall`; a test reads the catalogue and fails for one that did not.
"""

from django.conf import settings
from django.db.migrations import RunSQL

_BROKER = "nullif(current_setting('app.broker', true), '')::uuid"
_CUSTOMER = "current_setting('app.customer', true)"


def wall(
    table: str,
    *,
    broker: str = "broker_id",
    customer: str | None = None,
    grant: str = "SELECT, INSERT, UPDATE, DELETE",
) -> RunSQL:
    """Let the web role see only rows of the Broker (and, with `customer`, the Customer) it acts for.

    `broker` and `customer` name the columns; `grant` lists what the web role may do at all, nothing when empty.
    """
    rule = f"{broker} = {_BROKER}"
    if customer:
        rule += f" AND ({_CUSTOMER} = '*' OR {customer}::text = {_CUSTOMER})"
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON {table} TO {settings.WEB_ROLE} USING ({rule}) WITH CHECK ({rule});
        {f"GRANT {grant} ON {table} TO {settings.WEB_ROLE};" if grant else ""}
        """,
        f"""
        REVOKE ALL ON {table} FROM {settings.WEB_ROLE};
        DROP POLICY tenant ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def composite_key(table: str) -> RunSQL:
    """Make (broker_id, id) a key of `table`, so that others can point at it together with their Broker."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_broker_key UNIQUE (broker_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_broker_key",
    )


def same_broker(table: str, column: str, target: str) -> RunSQL:
    """Make `table`'s `column` point only at rows of `target` that have the same Broker."""
    name = f"{table}_{column}_same_broker"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (broker_id, {column}) "
        f"REFERENCES {target} (broker_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
