"""The pages with which an operator looks at a Broker's looks: the real templates, about cards that do not exist."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from imin.brokers.preview import NOBODY, Draft
from imin.cards import failures
from imin.cards.door import Visit
from imin.cards.queries import Mail, Wallet
from imin.cards.views.add import drawn
from imin.cards.views.listing import listing
from imin.identity.models import Session
from imin.payments.declines import sentence
from imin.payments.element import Element
from imin.payments.gateways.base import Decline
from imin.payments.models import Card

PERSON = "A. Example"


def card_list(draft: Draft, now: datetime) -> str:
    """Return the list of cards: a default one, one that expires this month, one that has, one that was removed."""
    cards = [
        _card(now, 1, "visa", "4242", nickname=_("Family card"), is_default=True),
        _card(now, 2, "mastercard", "4444", exp_month=now.month, exp_year=now.year),
        _card(now, 3, "amex", "0005", exp_year=now.year - 1),
    ]
    removed = [_card(now, 4, "maestro", "5557", status=Card.Status.REMOVED, removed_at=now - timedelta(hours=1))]
    wallet = _wallet(cards, removed)
    session = Session(broker_id=NOBODY, customer_id=NOBODY)
    view: Any = listing
    return _drawn(view.__wrapped__(Visit(draft.request, draft.tenant, session, wallet, now)))  # past its door


def adding(draft: Draft, now: datetime) -> str:
    """Return the form with which a card is added; the payment service's own fields are not part of it."""
    visit = Visit(draft.request, draft.tenant, Session(), _wallet([], []), now)
    return _drawn(drawn(visit, Element("", "", "", [], [], [])))


def error(draft: Draft, now: datetime) -> str:
    """Return the page that says why something did not work."""
    del now
    said = f"{sentence(Decline.GENERIC)} {_('Nothing was saved.')}"
    return _drawn(
        failures.problem(draft.request, title=_("That did not work"), message=said, status=422, signed_in_as=PERSON)
    )


def _wallet(cards: list[Card], removed: list[Card]) -> Wallet:
    mail = Mail("a.example@example.com", stopped=False, bounced=False, offered=True)
    return Wallet(name=PERSON, language="", cards=cards, removed=removed, mail=mail, bookings=[])


def _card(now: datetime, number: int, brand: str, last4: str, **values: Any) -> Card:
    given = {"exp_month": 6, "exp_year": now.year + 3, **values}
    return Card(id=UUID(int=number), brand=brand, last4=last4, created_at=now, changed_at=now, **given)


def _drawn(page: HttpResponse) -> str:
    return page.content.decode()
