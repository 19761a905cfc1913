"""Acting for a Broker: opens the transaction and tells the database whose rows may be seen (invariant 1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from imin.ground.database import role

EVERY_CUSTOMER = "*"
_WALL = "SELECT set_config('app.broker', %s, true), set_config('app.customer', %s, true)"
ADMIT = "set_config('app.customer', customer_id::text, true)"


@contextmanager
def acting(broker_id: UUID, customer_id: "UUID | str | None" = None) -> Iterator[None]:
    """Run the block in one transaction, walled in to one Broker and, on Customer pages, one Customer.

    Without `customer_id` no row of any Customer is seen; `EVERY_CUSTOMER` is for the Broker's own server.
    Nested calls are a mistake and raise `RuntimeError`.
    """
    using = role()
    if connections[using].in_atomic_block:
        raise RuntimeError("acting() opens the transaction itself; it cannot stand inside another one.")
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_WALL, [str(broker_id), str(customer_id or "")])
        yield


def at_once(
    broker_id: UUID, *statements: tuple[str, list[Any]], customer_id: "UUID | str | None" = None
) -> list[list[tuple[Any, ...]]]:
    """Run several statements that cross to the database and back together, in one transaction; return their rows.

    Walled in as in `acting(broker_id, customer_id)`. A read that learns who the Customer is lets what comes after it
    reach their rows too, by selecting `ADMIT` as its last column, which is left out of the answer.
    """
    using = role()
    if connections[using].in_atomic_block:
        raise RuntimeError("at_once() is a transaction of its own; it cannot stand inside another one.")
    texts = [_WALL]
    values: list[Any] = [str(broker_id), str(customer_id or "")]
    for sql, own in statements:
        texts.append(sql)
        values += own
    answers = []
    with connections[using].cursor() as cursor:
        cursor.execute("; ".join(texts), values)
        answered = cursor.cursor  # psycopg's own: all answers are here already, nothing of them can fail
        for sql, _own in statements:
            answered.nextset()
            rows = answered.fetchall() if answered.pgresult.nfields else []
            answers.append([row[:-1] for row in rows] if ADMIT in sql else rows)
    return answers


def insertion(row: Model) -> tuple[str, list[Any]]:
    """Return the statement (for `at_once`) that stores the new `row`; Django's signals are not sent."""
    connection = connections[role()]
    given = {}
    for field in row._meta.concrete_fields:  # noqa: SLF001 Django's documented way to list fields
        value = field.pre_save(row, add=True)
        if not isinstance(value, DatabaseDefault):
            given[str(field.column)] = field.get_db_prep_save(value, connection)
    marks = ", ".join(["%s"] * len(given))
    table = row._meta.db_table  # noqa: SLF001
    return f"INSERT INTO {table} ({', '.join(given)}) VALUES ({marks})", list(given.values())  # noqa: S608
