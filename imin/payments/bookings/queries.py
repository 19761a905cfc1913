"""Which upcoming bookings need which card; each inside `acting`, or as the owner."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from imin.payments.models import Card, CardBooking


def upcoming(now: datetime) -> QuerySet[CardBooking]:
    """Return every booking that may still be charged to its card, the first to come first."""
    return CardBooking.objects.filter(released_at=None, until__gt=now).order_by("until", "id")


def needing(card_ids: Iterable[UUID], now: datetime) -> list[CardBooking]:
    """Return the upcoming bookings that need one of these cards, the first to come first."""
    return list(upcoming(now).filter(card_id__in=list(card_ids)))


def of_customer(customer_id: UUID, now: datetime) -> list[CardBooking]:
    """Return a Customer's upcoming bookings that need a card, each with its card, whatever has become of that."""
    return list(upcoming(now).filter(customer_id=customer_id).select_related("card"))


def outlasting(card: Card, bookings: Iterable[CardBooking]) -> CardBooking | None:
    """Return the first of `bookings` that `card` expires before, to say “expires before your booking on …”."""
    return next((booking for booking in bookings if not card.lasts_until(booking.until)), None)
