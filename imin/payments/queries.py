"""Reads of a Customer's cards; each inside `acting`."""

from datetime import datetime
from uuid import UUID

from imin.payments.models import UNDO_PERIOD, Card


def cards_of(customer_id: UUID) -> list[Card]:
    """Return the saved cards, the default first, then the newest."""
    return list(
        Card.objects.filter(customer_id=customer_id, status=Card.Status.ACTIVE).order_by(
            "-is_default", "-created_at", "id"
        )
    )


def recently_removed(customer_id: UUID, now: datetime) -> list[Card]:
    """Return the removed cards whose removal can still be undone, the last removed first."""
    return list(
        Card.objects.filter(
            customer_id=customer_id, status=Card.Status.REMOVED, removed_at__gt=now - UNDO_PERIOD
        ).order_by("-removed_at", "id")
    )


def card(customer_id: UUID, card_id: UUID) -> Card | None:
    """Return a saved card, or None when there is none (any more)."""
    return Card.objects.filter(customer_id=customer_id, id=card_id, status=Card.Status.ACTIVE).first()


def default_of(customer_id: UUID) -> Card | None:
    """Return the default card; it may have expired since it was chosen."""
    return Card.objects.filter(customer_id=customer_id, is_default=True).first()
