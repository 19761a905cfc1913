"""Removing a card: gone from every list at once, given up at the payment service after `UNDO_PERIOD`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.bring_back import bring_back
from imin.payments.copying import save_changed
from imin.payments.default import fill
from imin.payments.detach import detach_later
from imin.payments.errors import CardGoneError, ChangedMeanwhileError, TooManyCardsError, UndoTooLateError
from imin.payments.history import Event, note
from imin.payments.keep import has_room
from imin.payments.lock import lock
from imin.payments.models import UNDO_PERIOD, Card
from imin.payments.queries import default_of


@dataclass(frozen=True)
class Removed:
    """The removed card, and which card is the default now, if any."""

    card: Card
    next_default: Card | None


def remove(*, broker_id: UUID, customer_id: UUID, card_id: UUID, version: int, now: datetime) -> Removed:
    """Remove a card; a second time changes nothing. The newest usable card takes over from a removed default.

    Raises `CardGoneError` and `ChangedMeanwhileError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = _known(customer_id, card_id)
        if card.status == Card.Status.REMOVED:
            return Removed(card, default_of(customer_id))
        if card.version != version:
            raise ChangedMeanwhileError(card)
        card.status, card.removed_at = Card.Status.REMOVED, now
        card.was_default, card.is_default = card.is_default, False
        save_changed(card, now)
        note(card=card, event=Event.REMOVED, now=now)
        detach_later(card, card.reference, now=now, due_at=now + UNDO_PERIOD)
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
    """Say which of `cards` would be the default after `leaving` was removed: the newest usable one."""
    staying = [card for card in cards if card.id != leaving.id]
    if not leaving.is_default:
        return next((card for card in staying if card.is_default), None)
    usable = sorted(
        (card for card in staying if card.can_be_default(now)), key=lambda card: card.created_at, reverse=True
    )
    return usable[0] if usable else None


def _known(customer_id: UUID, card_id: UUID) -> Card:
    card = Card.objects.filter(id=card_id, customer_id=customer_id).exclude(status=Card.Status.DETACHED).first()
    if card is None:
        raise CardGoneError(str(card_id))
    return card
