"""Placing a booking that needs a card, and letting it go; called by orders inside or beside their own decisions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.bookings.move import keep_for, words
from imin.payments.errors import CardGoneError, ExpiredCardError
from imin.payments.history import By, Event, note
from imin.payments.lock import lock
from imin.payments.models import CardBooking
from imin.payments.queries import card as active_card


@dataclass(frozen=True)
class Needed:
    """What needs a card: the order's own `reference`, what the Customer reads of it, and until when.

    `day` is the booking's by the calendar of its place; nothing is charged from `until` on.
    """

    reference: str
    title: str
    day: date
    until: datetime
    link: str = ""


def place(*, broker_id: UUID, customer_id: UUID, card_id: UUID, needed: Needed, now: datetime) -> CardBooking:
    """Have a booking need a card until `needed.until`; the same reference again brings it up to date.

    A booking that is known keeps the card that the Customer may have moved it to; a released one stays released.
    Raises `CardGoneError` and `ExpiredCardError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        known = CardBooking.objects.filter(customer_id=customer_id, reference=needed.reference).first()
        if known:
            return _brought_up_to_date(known, needed, now)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        if not card.can_be_default(now):
            raise ExpiredCardError(str(card_id))
        placed = CardBooking.objects.create(
            broker_id=broker_id,
            customer_id=customer_id,
            card=card,
            reference=needed.reference,
            title=needed.title,
            link=needed.link,
            day=needed.day,
            until=needed.until,
            placed_at=now,
            changed_at=now,
        )
        note(card=card, event=Event.BOOKED, by=By.BROKER, details=words(placed), now=now)
        keep_for(card, placed, now)
        return placed


def release(*, broker_id: UUID, customer_id: UUID, reference: str, now: datetime) -> CardBooking | None:
    """Let the card of a booking go: it was cancelled, or charged. A second time, or an unknown one, changes nothing."""
    with acting(broker_id, customer_id):
        lock(customer_id)
        booking = CardBooking.objects.filter(customer_id=customer_id, reference=reference).first()
        if booking and booking.released_at is None:
            booking.released_at = booking.changed_at = now
            booking.save()
            note(card=booking.card, event=Event.RELEASED, by=By.BROKER, details=words(booking), now=now)
        return booking


def _brought_up_to_date(known: CardBooking, needed: Needed, now: datetime) -> CardBooking:
    names = ("title", "link", "day", "until")
    if known.released_at or all(getattr(known, name) == getattr(needed, name) for name in names):
        return known
    for name in names:
        setattr(known, name, getattr(needed, name))
    known.changed_at = now
    known.save()
    keep_for(known.card, known, now)
    return known
