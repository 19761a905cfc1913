"""Mails to look at, and to try the mail server with: one of each kind, about things that do not exist."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils import translation

from imin.customers.models import Customer
from imin.ground.mail import Post
from imin.mail import card_expiring, card_notice
from imin.mail.brand import Brand, brand_of
from imin.mail.compose import Address, compose
from imin.mail.letter import Letter
from imin.payments.models import Card, CardBooking
from imin.payments.notice import What


class NoPagesError(Exception):
    """The Broker has no pages that a mail could lead to."""


def send_samples(*, broker_id: UUID, to: str, language: str, now: datetime) -> list[str]:
    """Send one mail of each kind; return their subjects. As the owner; nothing is stored.

    Raises `NoPagesError`, `LookupError` for a language that we do not speak, and `MailFailedError`.
    """
    brand = brand_of(broker_id)
    if brand is None:
        raise NoPagesError("The Broker is inactive, or has no domain that is served: a mail would lead nowhere.")
    spoken = translation.get_supported_language_variant(language) if language else brand.look.default_language
    with translation.override(spoken), Post() as post:
        letters = list(samples(brand, now))
        for letter in letters:
            post.send(compose(letter, brand, Address(uuid4(), to, spoken), now=now))
    return [letter.subject for letter in letters]


def samples(brand: Brand, now: datetime) -> Iterator[Letter]:
    """Yield one letter of each kind, in the language in force."""
    customer = Customer(id=UUID(int=0), given_name="Alex")
    card = Card(
        id=UUID(int=0), brand="visa", last4="4242", exp_month=now.month, exp_year=now.year, nickname="", is_default=True
    )
    booking = CardBooking(title="Badminton", day=(now + timedelta(days=40)).date())
    yield card_expiring.letter_about(card, customer, brand, None)
    yield card_expiring.letter_about(card, customer, brand, booking)
    yield card_notice.letter_about(card, What.ADDED, customer, brand, at=now)
    card.status, card.removed_at = Card.Status.REMOVED, now
    yield card_notice.letter_about(card, What.REMOVED, customer, brand, at=now)
