"""Having a Customer told that a card was added to their account, or removed from it: who did not do it learns of it.

Stored with its cause; the mail is written when it leaves. A Broker may switch these mails off.
"""

from datetime import datetime
from enum import StrEnum

from django.db.models import F

from imin.customers.models import Customer
from imin.ground import outbox
from imin.payments.models import Card

KIND = "payments.card_notice"


class What(StrEnum):
    """What happened to the card."""

    ADDED = "added"
    REMOVED = "removed"


def tell(card: Card, what: What, now: datetime) -> None:
    """Have the card's Customer told, in the caller's transaction, where there is an address and the Broker wants it."""
    reachable = Customer.objects.filter(id=card.customer_id, broker__card_notices=True)
    if reachable.exclude(email="").exclude(email=F("bounced_email")).exists():
        payload = {"customer": str(card.customer_id), "card": str(card.id), "what": what.value}
        outbox.put(kind=KIND, broker_id=card.broker_id, payload=payload, now=now)
