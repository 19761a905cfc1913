"""Reads of a Customer's cards; each inside `acting`."""

from datetime import datetime
from uuid import UUID

from imin.payments.history_entry import HistoryEntry
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
    """Return the default card; it has expired only where no other is usable, or nobody handed it on yet."""
    return Card.objects.filter(customer_id=customer_id, is_default=True).first()


def any_card(customer_id: UUID, card_id: UUID) -> Card | None:
    """Return a card whatever became of it, or None when there never was one."""
    return Card.objects.filter(customer_id=customer_id, id=card_id).first()


def history_of(
    customer_id: UUID, *, card: Card | None = None, before: int | None = None, most: int | None = None
) -> list[HistoryEntry]:
    """Return the history, or that of one card, the newest first: what is older than entry `before`, at most `most`."""
    entries = HistoryEntry.objects.filter(customer_id=customer_id).select_related("card").order_by("-number")
    if card:
        entries = entries.filter(card=card)
    if before is not None:
        entries = entries.filter(number__lt=before)
    return list(entries[:most])
