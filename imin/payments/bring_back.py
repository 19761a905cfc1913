"""A removed card becomes a saved one again, by undo or because the same card was added anew."""

from datetime import datetime

from imin.payments.copying import save_changed
from imin.payments.default import fill, move
from imin.payments.models import Card


def bring_back(card: Card, now: datetime) -> None:
    """Make a removed card active again and save it; while holding the Customer's lock.

    It is the default again if it was when it was removed and the Customer has chosen none since. Cards that
    were removed later had the default only because of that removal, so they lose their claim to it.
    """
    removed_at, was_default = card.removed_at, card.was_default
    card.status = Card.Status.ACTIVE
    card.removed_at = None
    card.was_default = False
    save_changed(card, now)
    if was_default and card.can_be_default(now):
        Card.objects.filter(customer_id=card.customer_id, was_default=True, removed_at__gte=removed_at).update(
            was_default=False
        )
        move(card, now)
    fill(card.customer_id, now)
    card.refresh_from_db()
