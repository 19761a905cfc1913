"""Erasing what is known of the mails to a Customer: their words and addresses were never kept. As the owner."""

from uuid import UUID

from imin.ground.outbox import Effect
from imin.mail.models import SentMail
from imin.mail.send import KINDS


def erase(*, broker_id: UUID, customer_id: UUID) -> None:
    """Drop what became of the Customer's mails, and those that still wait; inside the caller's transaction."""
    SentMail.objects.filter(customer_id=customer_id).delete()
    Effect.objects.filter(kind__in=list(KINDS), broker_id=broker_id, payload__customer=str(customer_id)).delete()
