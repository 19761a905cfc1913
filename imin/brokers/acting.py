"""Acting for a Broker: opens the transaction and tells the database whose rows may be seen (invariant 1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction

from imin.ground.database import role

EVERY_CUSTOMER = "*"


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


def admit(customer_id: UUID) -> None:
    """Let the rest of an open `acting(broker)` block see this Customer's rows too.

    For a door that only learns from the session who it is. A block that already acts for a Customer stays
    with them: `RuntimeError`.
    """
    using = role()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.customer', %s, true) WHERE current_setting('app.customer', true) = ''"
            " AND current_setting('app.broker', true) <> ''",
            [str(customer_id)],
        )
        if not connections[using].in_atomic_block or cursor.fetchone() is None:
            raise RuntimeError("admit() works once, inside an acting() block without a Customer.")
