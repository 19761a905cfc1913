"""The language in which a Customer wants to be spoken to, in mails above all."""

from uuid import UUID

from imin.brokers.acting import acting
from imin.customers.models import Customer


def speak(*, broker_id: UUID, customer_id: UUID, language: str) -> None:
    """Remember `language` as the Customer's own choice; a transaction of its own."""
    with acting(broker_id, customer_id):
        Customer.objects.filter(id=customer_id, erased_at=None).update(language=language)
