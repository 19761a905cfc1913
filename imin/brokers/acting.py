"""Acting for a Broker: opens the transaction and tells the database whose rows may be seen (invariant 1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction

from imin.ground.crossing import Rows, Statement, cross
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


def at_once(broker_id: UUID, *statements: Statement, customer_id: "UUID | str | None" = None) -> list[Rows]:
    """Run several statements that cross to the database and back together, in one transaction; return their rows.

    Walled in as in `acting(broker_id, customer_id)`. A read that learns who the Customer is lets what comes after it
    reach their rows too, by selecting `ADMIT` as its last column, which is left out of the answer.
    """
    using = role()
    if connections[using].in_atomic_block:
        raise RuntimeError("at_once() is a transaction of its own; it cannot stand inside another one.")
    wall = (_WALL, [str(broker_id), str(customer_id or "")])
    _walled, *answers = cross(using, [wall, *statements])
    return [
        [row[:-1] for row in rows] if ADMIT in sql else rows
        for rows, (sql, _values) in zip(answers, statements, strict=True)
    ]
