"""Bookings that somebody places at a terminal, for as long as no order does: people and cards are named in words."""

from datetime import datetime

from django.db.models import Q

from imin.customers.models import Customer
from imin.ground.errors import ToldError
from imin.payments.bookings.place import Needed, place, release
from imin.payments.bookings.queries import upcoming
from imin.payments.models import Card, CardBooking
from imin.payments.queries import cards_of


class NotFoundByHandError(ToldError):
    """Nobody and nothing, or more than one, answers to the words given; the message says to what."""

    status = 404
    type = "NotFoundByHandError"

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.message = words


def customer_named(slug: str, words: str) -> Customer:
    """Return the Customer of a Broker by identifier, `sub` or e-mail address. As the owner.

    Raises `NotFoundByHandError`.
    """
    wanted = Q(identifier=words) | Q(subject=words) | Q(email__iexact=words)
    found = list(Customer.objects.filter(wanted, broker__slug=slug, erased_at=None)[:2])
    if len(found) != 1:
        raise NotFoundByHandError(f"{'Several Customers' if found else 'No Customer'} of {slug}: {words}.")
    return found[0]


def place_by_hand(*, customer: Customer, last4: str, needed: Needed, now: datetime) -> CardBooking:
    """Place a booking on the saved card with these last digits, or on the default card when they are empty.

    As the owner. Raises `NotFoundByHandError` and what `place` raises.
    """
    card = _card(customer, last4)
    return place(broker_id=customer.broker_id, customer_id=customer.id, card_id=card.id, needed=needed, now=now)


def release_by_hand(*, customer: Customer, reference: str, now: datetime) -> CardBooking:
    """Let the card of a booking go. As the owner. Raises `NotFoundByHandError`."""
    booking = release(broker_id=customer.broker_id, customer_id=customer.id, reference=reference, now=now)
    if booking is None:
        raise NotFoundByHandError(f"No booking {reference} of this Customer.")
    return booking


def upcoming_of(slug: str, now: datetime) -> list[CardBooking]:
    """Return a Broker's upcoming bookings that need a card. As the owner."""
    return list(upcoming(now).filter(broker__slug=slug).select_related("card", "customer"))


def _card(customer: Customer, last4: str) -> Card:
    found = [card for card in cards_of(customer.id) if last4 in ("", card.last4)]
    if not found or (last4 and len(found) > 1):
        raise NotFoundByHandError(f"{len(found)} saved cards of this Customer end in {last4 or 'anything'}.")
    return found[0]
