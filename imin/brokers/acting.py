"""Acting for a Broker: opens the transaction and tells the database whose rows may be seen (invariant 1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from imin.ground.database import role

EVERY_CUSTOMER = "*"
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
            cursor.execute(
                "SELECT set_config('app.broker', %s, true), set_config('app.customer', %s, true)",
                [str(broker_id), str(customer_id or "")],
            )
        yield


def read_at_once(broker_id: UUID, *reads: tuple[str, list[Any]]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of several reads that cross to the database and back together, in one transaction.

    Walled in as in `acting(broker_id)`. A read that learns who the Customer is lets the ones after it see their
    rows too, by selecting `ADMIT` as its last column, which is left out of the answer.
    """
    using = role()
    if connections[using].in_atomic_block:
        raise RuntimeError("read_at_once() is a transaction of its own; it cannot stand inside another one.")
    statements = ["SELECT set_config('app.broker', %s, true), set_config('app.customer', '', true)"]
    values: list[Any] = [str(broker_id)]
    for sql, own in reads:
        statements.append(sql)
        values += own
    answers = []
    with connections[using].cursor() as cursor:
        cursor.execute("; ".join(statements), values)
        for sql, _own in reads:
            cursor.nextset()
            rows = cursor.fetchall()
            answers.append([row[:-1] for row in rows] if ADMIT in sql else rows)
    return answers
