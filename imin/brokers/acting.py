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
