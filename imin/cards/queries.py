"""Who is here and what every page shows of them, in one crossing to the database."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from imin.brokers.acting import at_once
from imin.brokers.front_door import Tenant
from imin.ground.database import role
from imin.identity import sessions
from imin.identity.models import Session
from imin.payments.models import UNDO_PERIOD, Card

_CARD = [field.attname for field in Card._meta.concrete_fields]  # noqa: SLF001 Django's documented way to list fields
_ADDRESS = _CARD.index("address")
_EMAIL, _LANGUAGE, _OWN = 2, 3, 7  # places in a row; the last is where the card begins
_READ = f"""
    SELECT c.given_name, c.family_name, c.email, c.language,
        c.reminders_stopped_at IS NOT NULL, c.email = c.bounced_email,
        (SELECT b.card_reminders FROM brokers_broker b WHERE b.id = c.broker_id),
        {", ".join(f"k.{column}" for column in _CARD)}
    FROM customers_customer c
    LEFT JOIN payments_card k ON k.customer_id = c.id
        AND (k.status = 'active' OR (k.status = 'removed' AND k.removed_at > %s))
    WHERE c.id = nullif(current_setting('app.customer'), '')::uuid AND c.erased_at IS NULL
    ORDER BY k.is_default DESC, CASE k.status WHEN 'removed' THEN k.removed_at END DESC, k.created_at DESC, k.id
"""  # noqa: S608 our own column names


@dataclass(frozen=True)
class Mail:
    """Where reminders go, whether they were stopped, whether the address takes none, whether the Broker sends any."""

    email: str
    stopped: bool
    bounced: bool
    offered: bool


@dataclass(frozen=True)
class Wallet:
    """A Customer's cards, the default first, then the newest; those whose removal can be undone, the last first."""

    name: str
    language: str
    cards: list[Card]
    removed: list[Card]
    mail: Mail

    def card(self, card_id: UUID) -> Card | None:
        """Return the saved card with this id, or None when there is none (any more)."""
        return next((card for card in self.cards if card.id == card_id), None)


def visit_of(*, tenant: Tenant, key: str, now: datetime) -> tuple[Session, Wallet] | None:
    """Return the live session of the cookie's value `key` and what its Customer has, in one crossing.

    None without a session, and once the Customer is erased.
    """
    sessions_read, rows = at_once(
        tenant.broker_id, sessions.finding(tenant=tenant, key=key, now=now), (_READ, [now - UNDO_PERIOD])
    )
    session = sessions.found(sessions_read)
    return (session, _wallet(rows)) if session and rows else None


def _wallet(rows: list[tuple[Any, ...]]) -> Wallet:
    cards = [_card(row[_OWN:]) for row in rows if row[_OWN] is not None]
    return Wallet(
        _name(*rows[0][:3]),
        rows[0][_LANGUAGE],
        [card for card in cards if card.status == Card.Status.ACTIVE],
        [card for card in cards if card.status == Card.Status.REMOVED],
        Mail(rows[0][_EMAIL], *rows[0][_LANGUAGE + 1 : _OWN]),
    )


def _card(row: tuple[Any, ...]) -> Card:
    values = list(row)
    values[_ADDRESS] = json.loads(values[_ADDRESS])  # Django has JSON columns arrive as text
    return Card.from_db(role(), _CARD, values)


def _name(given: str, family: str, email: str) -> str:
    """Return how a page addresses the Customer, short, as others may look on: “A. Example”."""
    return f"{given[0]}. {family}" if given and family else given or family or email
