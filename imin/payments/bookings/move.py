"""Moving a booking to another card of the same Customer, which must still be valid when the booking may be charged."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.bookings.queries import outlasting, upcoming
from imin.payments.copying import save_changed
from imin.payments.errors import BookingGoneError, CardGoneError, CardTooShortError
from imin.payments.history import Event, named, note
from imin.payments.lock import lock
from imin.payments.models import Card, CardBooking
from imin.payments.queries import card as active_card


def move(*, broker_id: UUID, customer_id: UUID, booking_id: UUID, card_id: UUID, now: datetime) -> CardBooking:
    """Have a booking need another card; a second time changes nothing.

    Raises `BookingGoneError` for one that needs no card any more, `CardGoneError`, and `CardTooShortError` for a card
    that expires before the booking.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        booking = upcoming(now).filter(id=booking_id, customer_id=customer_id).first()
        if booking is None:
            raise BookingGoneError(str(booking_id))
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        move_all([booking], card, now)
        return booking


def move_all(bookings: Iterable[CardBooking], card: Card, now: datetime) -> None:
    """Have `bookings` need `card`; all of them or none, while holding the Customer's lock.

    Raises `CardTooShortError`.
    """
    moving = [booking for booking in bookings if booking.card_id != card.id]
    if late := outlasting(card, moving):
        raise CardTooShortError(late)
    reassign(moving, card, now)


def reassign(bookings: Iterable[CardBooking], card: Card, now: datetime) -> None:
    """Have `bookings` need `card`, however long it is valid: a card takes over all of one that it replaces."""
    for booking in bookings:
        said = {**words(booking), "from": named(booking.card)}
        booking.card, booking.changed_at = card, now
        booking.save()
        note(card=card, event=Event.BOOKING_MOVED, details=said, now=now)
        keep_for(card, booking, now)


def words(booking: CardBooking) -> dict[str, Any]:
    """Return what the history says of a booking."""
    return {"booking": booking.title, "day": booking.day.isoformat()}


def keep_for(card: Card, booking: CardBooking, now: datetime) -> None:
    """Have a card that is to leave (`leave.py`) stay until `booking` is over; while holding the lock."""
    if card.leaves_at and card.leaves_at < booking.until:
        card.leaves_at = booking.until
        save_changed(card, now)


def can_take(card: Card, bookings: Iterable[CardBooking], now: datetime) -> bool:
    """Say whether a page offers `card` to take over all of `bookings`."""
    return card.can_be_default(now) and card.leaves_at is None and outlasting(card, bookings) is None
