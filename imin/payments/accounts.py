"""Which of the payment service's accounts a Broker's cards live in."""

from uuid import UUID

from imin.payments.models import PaymentAccount


def account_of(broker_id: UUID) -> str:
    """Return the reference of the Broker's account, empty for the platform's own; inside `acting`."""
    found = PaymentAccount.objects.filter(broker_id=broker_id).values_list("reference", flat=True).first()
    return found or ""
