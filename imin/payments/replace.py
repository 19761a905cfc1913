"""Replacing a card by its successor (“my bank sent me a new card”): all that the old one was for moves in one go.

Card Details, section 3. It is decided where a set-up ends (`keep.py`), in that one transaction; so whatever crashes
before leaves the old card as it was, and whatever crashes after finds everything moved.
"""

from datetime import datetime
from uuid import UUID

from imin.payments.bookings.move import reassign
from imin.payments.bookings.queries import needing
from imin.payments.copying import save_changed
from imin.payments.default import move
from imin.payments.history import Event, named, note
from imin.payments.models import Card
from imin.payments.take_out import take_out


def replaceable(customer_id: UUID, card_id: UUID, now: datetime) -> Card | None:
    """Return the card if another may take its place: a saved one, or one that is gone while bookings still need it."""
    card = Card.objects.filter(id=card_id, customer_id=customer_id).first()
    if card is None or card.status == Card.Status.REMOVED:
        return None
    return card if card.status == Card.Status.ACTIVE or needing([card.id], now) else None


def take_over(old: Card, new: Card, now: datetime) -> Card:
    """Give `new` the default, nickname and bookings of `old`, and retire `old`; while holding the lock.

    The bookings move however long the new card is valid: the old one is on its way out. It can be brought back as
    after a removal, but as a card that nothing needs: what moved stays with the new one.
    """
    old.refresh_from_db()  # adding the new one may have made that the default
    new.refresh_from_db()
    if old.nickname and not new.nickname:
        new.nickname, old.nickname = old.nickname, ""
    save_changed(new, now)
    was_default = old.is_default
    note(card=new, event=Event.REPLACED, details={"from": named(old)}, now=now)
    reassign(needing([old.id], now), new, now)
    if old.status == Card.Status.ACTIVE:
        take_out(old, now, details={"because": "replaced", "to": named(new)}, tells=False)  # the new one was told
    old.was_default, old.leaving_since = False, None
    old.save()
    if was_default and new.can_be_default(now):
        move(new, now)
    new.refresh_from_db()
    return new
