"""Handing the default on when its card expires, to the newest usable one (Card Details, section 3).

Whoever decides about a Customer's cards does it on the way (`default.fill`). Where nobody decides anything, the worker
does it on the hour, and a page that the Customer opens before that.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from imin.brokers.acting import acting
from imin.payments.default import fill
from imin.payments.expiry import last_ended
from imin.payments.lock import lock
from imin.payments.models import Card


def is_due(cards: Iterable[Card], now: datetime) -> bool:
    """Say whether the default of a Customer's saved `cards` has expired while another one is usable."""
    known = list(cards)
    return any(card.is_default and not card.can_be_default(now) for card in known) and any(
        card.can_be_default(now) for card in known
    )


def hand_on(*, broker_id: UUID, customer_id: UUID, now: datetime) -> Card | None:
    """Make the newest usable card the default where that has expired; return the default. A second time is harmless."""
    with acting(broker_id, customer_id):
        lock(customer_id)
        return fill(customer_id, now)


def hand_on_due(*, now: datetime) -> int:
    """Hand on every default that has expired, where there is a usable card; return how many. As the owner."""
    year, month = last_ended(now)
    ended = Q(exp_year__lt=year) | Q(exp_year=year, exp_month__lte=month)
    usable = Card.objects.filter(~ended, customer_id=OuterRef("customer_id"), status=Card.Status.ACTIVE)
    due = Card.objects.filter(ended, Exists(usable), is_default=True).values_list("broker_id", "customer_id")
    handed = 0
    for broker_id, customer_id in due.iterator(chunk_size=1000):
        hand_on(broker_id=broker_id, customer_id=customer_id, now=now)
        handed += 1
    return handed
