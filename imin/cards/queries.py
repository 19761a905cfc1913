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
from imin.payments.models import UNDO_PERIOD, Card, CardBooking

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
_BOOKING = [field.attname for field in CardBooking._meta.concrete_fields]  # noqa: SLF001 likewise
_READ_BOOKINGS = f"""
    SELECT {", ".join(f"b.{column}" for column in _BOOKING)},
        k.status, k.brand, k.last4, k.nickname, k.exp_month, k.exp_year
    FROM payments_cardbooking b JOIN payments_card k ON k.id = b.card_id
    WHERE b.customer_id = nullif(current_setting('app.customer'), '')::uuid AND b.released_at IS NULL AND b.until > %s
    ORDER BY b.until, b.id
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
    """A Customer's cards, the default first, then the newest; those whose removal can be undone, the last first.

    And the upcoming bookings that need a card, the first to come first; such a card may be gone.
    """

    name: str
    language: str
    cards: list[Card]
    removed: list[Card]
    mail: Mail
    bookings: list[CardBooking]

    def card(self, card_id: UUID) -> Card | None:
        """Return the saved card with this id, or None when there is none (any more)."""
        return next((card for card in self.cards if card.id == card_id), None)

    def replaceable(self, card_id: UUID) -> Card | None:
        """Return the card if another may take its place: a saved one, or one that a booking misses."""
        gone = (booking.card for booking in self.bereft if booking.card_id == card_id)
        return self.card(card_id) or next(gone, None)

    def needing(self, card: Card) -> list[CardBooking]:
        """Return the upcoming bookings that need `card`."""
        return [booking for booking in self.bookings if booking.card_id == card.id]

    @property
    def bereft(self) -> list[CardBooking]:
        """The upcoming bookings whose card is gone."""
        return [booking for booking in self.bookings if booking.card.status == Card.Status.DETACHED]


def visit_of(*, tenant: Tenant, key: str, now: datetime) -> tuple[Session, Wallet] | None:
    """Return the live session of the cookie's value `key` and what its Customer has, in one crossing.

    None without a session, and once the Customer is erased.
    """
    sessions_read, rows, booked = at_once(
        tenant.broker_id,
        sessions.finding(tenant=tenant, key=key, now=now),
        (_READ, [now - UNDO_PERIOD]),
        (_READ_BOOKINGS, [now]),
    )
    session = sessions.found(sessions_read)
    return (session, _wallet(rows, booked)) if session and rows else None


def _wallet(rows: list[tuple[Any, ...]], booked: list[tuple[Any, ...]]) -> Wallet:
    cards = [_card(row[_OWN:]) for row in rows if row[_OWN] is not None]
    return Wallet(
        _name(*rows[0][:3]),
        rows[0][_LANGUAGE],
        [card for card in cards if card.status == Card.Status.ACTIVE],
        [card for card in cards if card.status == Card.Status.REMOVED],
        Mail(rows[0][_EMAIL], *rows[0][_LANGUAGE + 1 : _OWN]),
        [_booking(row) for row in booked],
    )


def _booking(row: tuple[Any, ...]) -> CardBooking:
    """Return a booking with its card, of which no more is known than a sentence says."""
    booking = CardBooking.from_db(role(), _BOOKING, row[: len(_BOOKING)])
    names = ("status", "brand", "last4", "nickname", "exp_month", "exp_year")
    booking.card = Card(id=booking.card_id, **dict(zip(names, row[len(_BOOKING) :], strict=True)))
    return booking


def _card(row: tuple[Any, ...]) -> Card:
    values = list(row)
    values[_ADDRESS] = json.loads(values[_ADDRESS])  # Django has JSON columns arrive as text
    return Card.from_db(role(), _CARD, values)


def _name(given: str, family: str, email: str) -> str:
    """Return how a page addresses the Customer, short, as others may look on: “A. Example”."""
    return f"{given[0]}. {family}" if given and family else given or family or email
