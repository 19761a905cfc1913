"""A copy of everything that we hold about a Customer (GDPR, articles 15 and 20), as data.

Which tables there are is asked of the catalogue, so that a table made later is in the copy too; what a Customer may see
of them is the database's to say, by their walls.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from imin.brokers.acting import acting
from imin.ground.database import role

SECRET = ("_encrypted", "key_hash", "address_hash")
"""How columns end that would let somebody sign in, or say nothing to anybody."""

_TABLES = """
    SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns c
    WHERE table_schema = 'public'
        AND has_table_privilege(format('%I.%I', table_schema, table_name), 'SELECT')
        AND (table_name = 'customers_customer' OR EXISTS (SELECT 1 FROM information_schema.columns o
            WHERE o.table_schema = c.table_schema AND o.table_name = c.table_name AND o.column_name = 'customer_id'))
    GROUP BY 1 ORDER BY 1
"""


def everything(*, broker_id: UUID, customer_id: UUID, now: datetime) -> dict[str, Any]:
    """Return every row about the Customer by table, and what is kept after erasure; opens its own transaction."""
    with acting(broker_id, customer_id), connections[role()].cursor() as cursor:
        cursor.execute(_TABLES)
        tables = cursor.fetchall()
        found = {table: _rows(cursor, table, columns, customer_id) for table, columns in tables}
    return {
        "customer": str(customer_id),
        "made_at": now.isoformat(),
        "evidence_of_consents_is_kept_for_days": settings.EVIDENCE_KEPT_DAYS,
        "tables": found,
    }


def _rows(cursor: Any, table: str, columns: list[str], customer_id: UUID) -> list[dict[str, Any]]:
    whose = "id" if table == "customers_customer" else "customer_id"
    shown = ", ".join(f'"{column}"' for column in columns if not column.endswith(SECRET))
    cursor.execute(
        f'SELECT to_jsonb(t)::text FROM (SELECT {shown} FROM "{table}" WHERE "{whose}" = %s) AS t',  # noqa: S608
        [customer_id],
    )
    return [json.loads(row) for (row,) in cursor.fetchall()]
