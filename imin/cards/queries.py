"""What every page shows of a Customer, in one statement; inside `acting`."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from imin.ground.database import role
from imin.payments.models import UNDO_PERIOD, Card

_CARD = [field.attname for field in Card._meta.concrete_fields]  # noqa: SLF001 Django's documented way to list fields
_ADDRESS = _CARD.index("address")
_READ = f"""
    SELECT c.given_name, c.family_name, c.email, {", ".join(f"k.{column}" for column in _CARD)}
    FROM customers_customer c
    LEFT JOIN payments_card k ON k.customer_id = c.id
        AND (k.status = 'active' OR (k.status = 'removed' AND k.removed_at > %s))
    WHERE c.id = %s AND c.erased_at IS NULL
    ORDER BY k.is_default DESC, CASE k.status WHEN 'removed' THEN k.removed_at END DESC, k.created_at DESC, k.id
"""  # noqa: S608 our own column names


@dataclass(frozen=True)
class Wallet:
    """A Customer's cards, the default first, then the newest; those whose removal can be undone, the last first."""

    name: str
    cards: list[Card]
    removed: list[Card]

    def card(self, card_id: UUID) -> Card | None:
        """Return the saved card with this id, or None when there is none (any more)."""
        return next((card for card in self.cards if card.id == card_id), None)


def wallet_of(customer_id: UUID, now: datetime) -> Wallet | None:
    """Return what there is of a Customer; None once they are erased."""
    with connections[role()].cursor() as cursor:
        cursor.execute(_READ, [now - UNDO_PERIOD, customer_id])
        rows = cursor.fetchall()
    if not rows:
        return None
    cards = [_card(row[3:]) for row in rows if row[3] is not None]
    return Wallet(
        _name(*rows[0][:3]),
        [card for card in cards if card.status == Card.Status.ACTIVE],
        [card for card in cards if card.status == Card.Status.REMOVED],
    )


def _card(row: tuple[Any, ...]) -> Card:
    values = list(row)
    values[_ADDRESS] = json.loads(values[_ADDRESS])  # Django has JSON columns arrive as text
    return Card.from_db(role(), _CARD, values)


def _name(given: str, family: str, email: str) -> str:
    """Return how a page addresses the Customer, short, as others may look on: “A. Example”."""
    return f"{given[0]}. {family}" if given and family else given or family or email
