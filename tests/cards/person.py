"""A signed-in person at the Card Details pages, over Django's test client, with cards that no payment service knows."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from imin.brokers.front_door import Tenant
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity import sessions
from imin.identity.models import Session
from imin.payments.models import Card
from tests.brokers import build

NAVIGATION = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}
SCRIPT = {"HTTP_SEC_FETCH_MODE": "cors", "HTTP_SEC_FETCH_DEST": "empty"}


@dataclass
class Person:
    tenant: Tenant
    customer_id: UUID
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.defaults["HTTP_HOST"] = self.tenant.host

    def sign_in(self) -> "Person":
        key = sessions.start(
            tenant=self.tenant,
            customer_id=self.customer_id,
            subject="sam",
            provider_session="",
            id_token="",
            now=clock.now(),
        )
        self.client.cookies[sessions.COOKIE] = key
        return self

    def get(self, path: str = "/edit", **headers: Any) -> HttpResponse:
        return self.client.get(path, **{**NAVIGATION, **headers})

    def post(self, path: str, values: dict[str, Any] | None = None, **headers: Any) -> HttpResponse:
        return self.client.post(path, values or {}, **{**NAVIGATION, **headers})

    def ask(self, path: str, values: Any) -> HttpResponse:
        """Post as the page's script does."""
        return self.client.post(path, values, content_type="application/json", **SCRIPT)

    def card(self, brand: str = "visa", last4: str = "4242", **values: Any) -> Card:
        now = clock.now()
        given = {
            "reference": f"pm_{uuid4().hex}",
            "exp_month": 6,
            "exp_year": now.year + 4,
            "created_at": now,
            "changed_at": now,
            **values,
        }
        with as_owner():
            return Card.objects.create(
                broker_id=self.tenant.broker_id, customer_id=self.customer_id, brand=brand, last4=last4, **given
            )

    def removed(self, hours_ago: float = 1, **values: Any) -> Card:
        return self.card(status=Card.Status.REMOVED, removed_at=clock.now() - timedelta(hours=hours_ago), **values)

    def stored(self, card: Card) -> Card:
        with as_owner():
            return Card.objects.get(id=card.id)

    def end_session(self) -> None:
        with as_owner():
            Session.objects.filter(customer_id=self.customer_id).update(ended_at=clock.now())


def person(slug: str = "acmebroker", **values: Any) -> Person:
    """Store a Customer of the Broker (which must exist) and sign them in."""
    tenant = build.tenant(slug)
    with as_owner():
        given = {"given_name": "Alex", "family_name": "Example", "created_at": clock.now(), **values}
        customer = Customer.objects.create(broker_id=tenant.broker_id, **given)
    return Person(tenant, customer.id).sign_in()


def text(response: HttpResponse) -> str:
    """Return the words of a page, without tags."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
