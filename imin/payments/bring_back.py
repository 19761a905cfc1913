"""A removed card becomes a saved one again, by undo or because the same card was added anew."""

from datetime import datetime

from imin.payments.default import reclaim
from imin.payments.models import Card


def bring_back(card: Card, now: datetime) -> None:
    """Make a removed card active again and save it; while holding the Customer's lock.

    It is the default again if it was when it was removed and the Customer has chosen none since. Bookings that were
    moved when it was removed stay where they are.
    """
    since = card.leaving_since or card.removed_at or now
    card.status = Card.Status.ACTIVE
    card.removed_at = card.leaving_since = None
    reclaim(card, since, now)
