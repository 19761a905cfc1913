"""Removing a card later: it stays for the bookings that need it, and leaves by itself after the last of them.

It is the default no longer, where another card can be; so nothing new is paid with it unless the Customer says so.
"""

from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.bookings.queries import needing
from imin.payments.copying import save_changed
from imin.payments.default import fill, move, reclaim, successor
from imin.payments.errors import CardGoneError, ChangedMeanwhileError
from imin.payments.history import By, Event, note
from imin.payments.lock import lock
from imin.payments.models import Card
from imin.payments.queries import card as active_card
from imin.payments.queries import cards_of
from imin.payments.remove import chosen
from imin.payments.take_out import take_out

_BATCH = 100


def leave(  # noqa: PLR0913 whose card, which state of it, and what follows
    *,
    broker_id: UUID,
    customer_id: UUID,
    card_id: UUID,
    version: int,
    now: datetime,
    next_default: UUID | None = None,
) -> Card:
    """Have a card removed when the last upcoming booking that needs it is over; at once when none does.

    A second time changes nothing. Raises `CardGoneError`, `ChangedMeanwhileError` and `ExpiredCardError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        if card.leaves_at:
            return card
        if card.version != version:
            raise ChangedMeanwhileError(card)
        following = chosen(card, next_default, now)
        others = [other for other in cards_of(customer_id) if other.id != card.id]
        card.was_default = card.is_default
        if bookings := needing([card.id], now):
            card.leaves_at, card.leaving_since = bookings[-1].until, now
            save_changed(card, now)
            note(card=card, event=Event.LEAVING, details={"after": bookings[-1].day.isoformat()}, now=now)
        else:
            take_out(card, now)
        if card.was_default and (following := following or successor(others, now)):
            move(following, now)
        fill(customer_id, now)
        card.refresh_from_db()
        return card


def stay(*, broker_id: UUID, customer_id: UUID, card_id: UUID, now: datetime) -> Card:
    """Keep a card that was to leave; a second time changes nothing. Raises `CardGoneError`.

    It is the default again if it was, and the Customer has chosen none since.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        if card.leaves_at:
            since = card.leaving_since or now
            card.leaves_at = card.leaving_since = None
            note(card=card, event=Event.STAYS, now=now)
            reclaim(card, since, now)
        return card


def leave_due(*, now: datetime) -> int:
    """Remove the cards that were to leave by now; return how many. As the owner; several at once are fine.

    One that a later booking needs since stays until that is over.
    """
    due = Card.objects.filter(leaves_at__lte=now).order_by("leaves_at")[:_BATCH]
    return sum(_leave(card, now) for card in due)


def _leave(seen: Card, now: datetime) -> bool:
    with acting(seen.broker_id, seen.customer_id):
        lock(seen.customer_id)
        card = Card.objects.get(id=seen.id)
        if card.leaves_at is None or card.leaves_at > now:
            return False
        if bookings := needing([card.id], now):
            card.leaves_at = bookings[-1].until
            save_changed(card, now)
            return False
        take_out(card, now, by=By.PLATFORM, details={"because": "asked for earlier"})
        fill(card.customer_id, now)
        return True
