"""Removing a card: gone from every list at once, given up at the payment service after `UNDO_PERIOD`.

A card that an upcoming booking needs goes only together with an answer to who pays for that: another card takes the
bookings over, or this one leaves after the last of them (`leave.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.bookings.move import move_all
from imin.payments.bookings.queries import needing
from imin.payments.bring_back import bring_back
from imin.payments.default import fill, move, successor
from imin.payments.errors import (
    CardGoneError,
    CardNeededError,
    ChangedMeanwhileError,
    ExpiredCardError,
    TooManyCardsError,
    UndoTooLateError,
)
from imin.payments.history import Event, note
from imin.payments.keep import has_room
from imin.payments.lock import lock
from imin.payments.models import UNDO_PERIOD, Card
from imin.payments.queries import card as active_card
from imin.payments.queries import default_of
from imin.payments.take_out import take_out


@dataclass(frozen=True)
class Removed:
    """The removed card, and which card is the default now, if any."""

    card: Card
    next_default: Card | None


def remove(  # noqa: PLR0913 whose card, which state of it, and what follows from its going
    *,
    broker_id: UUID,
    customer_id: UUID,
    card_id: UUID,
    version: int,
    now: datetime,
    bookings_to: UUID | None = None,
    next_default: UUID | None = None,
) -> Removed:
    """Remove a card; a second time changes nothing.

    Upcoming bookings that need it are moved to the card `bookings_to`. From a removed default `next_default` takes
    over, or else the newest usable card. Raises `CardGoneError`, `ChangedMeanwhileError`, `CardNeededError` when
    nothing is said of bookings that need it, `CardTooShortError`, and `ExpiredCardError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = known(customer_id, card_id)
        if card.status == Card.Status.REMOVED:
            return Removed(card, default_of(customer_id))
        if card.version != version:
            raise ChangedMeanwhileError(card)
        following = chosen(card, next_default, now)
        _move_bookings(card, bookings_to, now)
        take_out(card, now)
        if following and card.was_default:
            move(following, now)
        return Removed(card, fill(customer_id, now))


def undo(*, broker_id: UUID, customer_id: UUID, card_id: UUID, now: datetime) -> Card:
    """Bring a removed card back; a second time changes nothing.

    Raises `UndoTooLateError`, `TooManyCardsError` when others took its place, and `CardGoneError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = Card.objects.filter(id=card_id, customer_id=customer_id).first()
        if card is None:
            raise CardGoneError(str(card_id))
        if card.status == Card.Status.ACTIVE:
            return card
        if card.removed_at is None or card.status == Card.Status.DETACHED or now >= card.removed_at + UNDO_PERIOD:
            raise UndoTooLateError(str(card_id))
        if not has_room(broker_id, customer_id):
            raise TooManyCardsError(str(customer_id))
        note(card=card, event=Event.BROUGHT_BACK, now=now)
        bring_back(card, now)
        return card


def next_default(cards: list[Card], leaving: Card, now: datetime) -> Card | None:
    """Say which of `cards` would be the default after `leaving` was removed, when nobody chooses."""
    staying = [card for card in cards if card.id != leaving.id]
    if not leaving.is_default:
        return next((card for card in staying if card.is_default), None)
    return successor(staying, now)


def known(customer_id: UUID, card_id: UUID) -> Card:
    """Return a card that is saved, or was until lately; raises `CardGoneError`."""
    card = Card.objects.filter(id=card_id, customer_id=customer_id).exclude(status=Card.Status.DETACHED).first()
    if card is None:
        raise CardGoneError(str(card_id))
    return card


def chosen(leaving: Card, following: UUID | None, now: datetime) -> Card | None:
    """Return the card that the Customer chose to be the default after `leaving`, if they chose one.

    Raises `CardGoneError` and `ExpiredCardError`.
    """
    if following is None:
        return None
    card = active_card(leaving.customer_id, following)
    if card is None or card.id == leaving.id:
        raise CardGoneError(str(following))
    if not card.can_be_default(now):
        raise ExpiredCardError(str(following))
    return card


def _move_bookings(card: Card, to: UUID | None, now: datetime) -> None:
    bookings = needing([card.id], now)
    if not bookings:
        return
    if to is None:
        raise CardNeededError(card)
    target = active_card(card.customer_id, to)
    if target is None or target.id == card.id:
        raise CardGoneError(str(to))
    move_all(bookings, target, now)
