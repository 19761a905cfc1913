"""One at a time: every decision about a Customer's cards is made while holding their row."""

from uuid import UUID

from imin.customers.models import Customer


def lock(customer_id: UUID) -> None:
    """Wait for, then hold, the Customer's row until the end of the transaction; inside `acting`.

    So two tabs, a webhook and a sweep at once decide one after the other. New rows that point at the Customer
    (sessions, cards) do not wait for it.
    """
    Customer.objects.select_for_update(no_key=True).only("id").get(id=customer_id)
