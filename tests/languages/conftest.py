from datetime import timedelta

import pytest

from imin.brokers.models import Branding, Broker
from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.models import Card, CardBooking
from tests.cards.conftest import alex, provider, sam  # noqa: F401 people who are signed in, and Acme's provider
from tests.cards.person import Person
from tests.cards.test_bookings import book
from tests.journeys.conftest import chromium  # noqa: F401 a running Chromium
from tests.payments.conftest import pay, shop  # noqa: F401 the payment service and a Customer who uses it


@pytest.fixture
def furnished(sam) -> Person:  # noqa: F811 the fixture of that name
    """Somebody with a card in every state, at a Broker with texts."""
    now = clock.now()
    with as_owner():
        Broker.objects.update(name="Acme")
        Branding.objects.update(texts={"en": {"intro": "Cards for Acme.", "help": "Write to help@acme.example."}})
    sam.card(is_default=True, nickname="For trains", last4="1111", address={"line1": "1 High Street"})
    sam.card("amex", "2222", exp_year=now.year - 1, created_at=now - timedelta(days=1))
    sam.card("mastercard", "3333", exp_month=now.month, exp_year=now.year, created_at=now - timedelta(days=2))
    other = sam.card(last4="5555", exp_year=now.year + 6, created_at=now - timedelta(days=3))
    sam.removed(last4="4444")
    book(sam, other)
    sam.post(f"/edit/cards/{other.id}/default")  # and so there is something in the history
    return sam


@pytest.fixture
def paths(furnished) -> list[str]:
    """Return the address of every page that can be opened."""
    with as_owner():
        card = Card.objects.get(last4="1111")
        booking = CardBooking.objects.get()
    return [
        "/edit",
        "/edit/cards/add",
        f"/edit/cards/{card.id}",
        f"/edit/cards/{card.id}/remove",
        f"/edit/cards/{card.id}/history",
        "/edit/history",
        f"/edit/cards/{card.id}/replace",
        f"/edit/cards/{booking.card_id}/remove",
        f"/edit/bookings/{booking.id}",
        f"/edit/cards/{card.id}/consents",
        "/edit/data",
        "/edit/data/erase",
        "/nowhere",
        "/edit?note=4242424242424242",
        "/oidc/callback?code=x&state=y",
        "/oidc/signed-out",
    ]
