"""Two Brokers, three Customers with everything a Customer can have, and a payment service and providers that answer."""

import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import httpx2

from imin.brokers.acting import EVERY_CUSTOMER, acting
from imin.brokers.front_door import Tenant
from imin.brokers.models import Branding, OpenIdSettings
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity import published, sessions, start
from imin.identity.discovery import settings_of
from imin.identity.models import Session
from imin.payments.models import Card, CardBooking, CardSetup
from tests.brokers import build
from tests.identity.provider import Provider, Server
from tests.sandbox.pay.service import Running
from tests.security.call import SESSION, SIGN_IN, page

PORT = 8000
BOOK, CONSOLE, NOWHERE = f"book.localhost:{PORT}", f"console.localhost:{PORT}", f"cards.nobody.example:{PORT}"
IDLE, ABSOLUTE = timedelta(minutes=120), timedelta(hours=24)  # the longest: a slow machine must not end a session
STATES = {"live": timedelta(minutes=1), "ended": timedelta(minutes=1), "idle": IDLE, "absolute": ABSOLUTE}
"""Sessions by what became of them, and how long ago each was begun."""


@dataclass
class Services:
    """What stands around the platform, on real ports."""

    pay: Running
    data: Path
    providers: Server

    def journal(self) -> int:
        """Return how much the payment service has written down."""
        return sum(file.stat().st_size for file in self.data.rglob("*") if file.is_file())


@dataclass
class Person:
    """A Customer, their sessions by state, and the ids of their things."""

    role: str
    tenant: Tenant
    provider: Provider
    customer_id: UUID
    card: UUID = field(default_factory=uuid4)
    other_card: UUID = field(default_factory=uuid4)
    removed: UUID = field(default_factory=uuid4)
    leaving: UUID = field(default_factory=uuid4)
    booking: UUID = field(default_factory=uuid4)
    setup: UUID = field(default_factory=uuid4)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.tenant.host}:{PORT}"

    @property
    def live(self) -> dict[str, str]:
        """The cookie of the live session."""
        return {SESSION: self.keys["live"]}

    def session(self, state: str) -> str:
        """Begin a session in one of `STATES`; the live one is old enough for arrivals to be checked again."""
        now = clock.now()
        self.keys[state] = key = token_urlsafe(32)
        with acting(self.tenant.broker_id):
            Session.objects.create(
                key_hash=sessions.hash_of(key),
                broker_id=self.tenant.broker_id,
                customer_id=self.customer_id,
                subject=f"subject-of-{self.role}",
                created_at=now - STATES[state],
                seen_at=now - (IDLE if state == "idle" else timedelta(0)),
                ended_at=now if state == "ended" else None,
            )
        return key

    @property
    def marks(self) -> set[str]:
        """What must not be seen by anybody else."""
        ids = {self.customer_id, self.card, self.other_card, self.removed, self.leaving, self.booking, self.setup}
        words = {
            f"{word}-of-{self.role}"
            for word in ("family", "nickname", "holder", "town", "subject", "pm", "title", "booking")
        }
        return words | {str(one) for one in ids} | set(self.keys.values())


@dataclass
class World:
    services: Services
    mine: Person
    neighbour: Person
    stranger: Person

    @property
    def people(self) -> tuple[Person, Person, Person]:
        return (self.mine, self.neighbour, self.stranger)

    @property
    def year(self) -> int:
        """The year in which every card expires."""
        return clock.now().year + 3

    def come_back(self, person: Person, *, begun: timedelta = timedelta(0), used: bool = False) -> tuple[str, str]:
        """Go through a sign-in as far as the provider's answer: the sign-in cookie, and the path led back to."""
        browser = token_urlsafe(32)
        url = start.authorization_url(
            tenant=person.tenant,
            settings=settings_of(person.tenant.broker_id),
            browser=browser,
            wish=start.Wish("/edit"),
            now=clock.now() - begun,
        )
        parts = urlsplit(url)
        answer = httpx2.get(
            f"http://127.0.0.1:{parts.port}{parts.path}?{parts.query}",
            headers={"Host": parts.netloc},
            follow_redirects=False,
            trust_env=False,
            verify=False,
        )
        back = urlsplit(answer.headers["Location"])
        path = f"{back.path}?{back.query}"
        if used:
            assert page(person.host, path, {SIGN_IN: browser}).send().status_code == 302
        return browser, path

    def event(self, secret: str = "", note: str = "") -> tuple[bytes, str]:
        """Return an event of the payment service, with a `note` in its object, and its signature."""
        body = json.dumps(
            {
                "id": f"evt_{uuid4().hex}",
                "object": "event",
                "type": "setup_intent.succeeded",
                "data": {"object": {"id": "seti_1", "object": "setup_intent", "description": note}},
            }
        ).encode()
        at = int(time.time())
        key = secret or self.services.pay.world.payments.webhook_secret
        signature = hmac.new(key.encode(), f"{at}.".encode() + body, sha256).hexdigest()
        return body, f"t={at},v1={signature}"


def build_world(services: Services) -> World:
    """Store everything anew; the payment service stays as it is."""
    published.forget()
    acme, harbour = _broker(services, "acmebroker"), _broker(services, "harbour")
    return World(
        services,
        _person("mine", *acme),
        _person("neighbour", *acme),
        _person("stranger", *harbour),
    )


def _broker(services: Services, slug: str) -> tuple[Tenant, Provider]:
    made = build.broker(slug, session_idle_minutes=IDLE.seconds // 60, session_hours=ABSOLUTE.days * 24)
    provider = services.providers.provider(slug)
    with as_owner():
        Branding.objects.filter(broker=made).update(
            logo=f"logo of {slug}".encode(), logo_type="image/png", texts={"en": {"charge": "A no-show fee."}}
        )
        OpenIdSettings.objects.filter(broker=made).update(issuer=provider.issuer)
    return build.tenant(slug), provider


def _person(role: str, tenant: Tenant, provider: Provider) -> Person:
    now = clock.now()
    with acting(tenant.broker_id, EVERY_CUSTOMER):
        customer = Customer.objects.create(
            broker_id=tenant.broker_id,
            subject=f"subject-of-{role}",
            given_name=role.title(),
            family_name=f"family-of-{role}",
            created_at=now,
        )
    person = Person(role, tenant, provider, customer.id)
    with acting(tenant.broker_id, customer.id):
        _things(person, now)
    person.session("live")
    return person


def _things(person: Person, now: datetime) -> None:
    card = _card(person, person.card, now, is_default=True)
    _card(person, person.other_card, now)
    _card(person, person.removed, now, status=Card.Status.REMOVED, removed_at=now)
    leaving = _card(person, person.leaving, now, leaves_at=now + timedelta(days=9), leaving_since=now)
    CardBooking.objects.create(
        id=person.booking,
        broker_id=person.tenant.broker_id,
        customer_id=person.customer_id,
        card=leaving,
        reference=f"booking-of-{person.role}",
        title=f"title-of-{person.role}",
        day=now.date() + timedelta(days=8),
        until=now + timedelta(days=9),
        placed_at=now,
        changed_at=now,
    )
    CardSetup.objects.create(
        id=person.setup,
        broker_id=person.tenant.broker_id,
        customer_id=person.customer_id,
        attempt=uuid4(),
        status=CardSetup.Status.SAVED,
        outcome="new",
        card=card,
        created_at=now,
        due_at=now,
        finished_at=now,
    )


def _card(person: Person, card_id: UUID, now: datetime, **values: object) -> Card:
    role = person.role
    return Card.objects.create(
        id=card_id,
        broker_id=person.tenant.broker_id,
        customer_id=person.customer_id,
        **{
            "reference": f"pm-of-{role}-{card_id}",
            "brand": "visa",
            "last4": "4242",
            "exp_month": 6,
            "exp_year": now.year + 3,
            "holder_name": f"holder-of-{role}",
            "address": {"city": f"town-of-{role}", "country": "GB"},
            "nickname": f"nickname-of-{role}",
            "created_at": now,
            "changed_at": now,
            **values,
        },
    )


def logout_token(person: Person) -> bytes:
    """Return the form with which a provider ends a person's sessions."""
    token = person.provider.logout_token(sub=f"subject-of-{person.role}")
    return urlencode({"logout_token": token}).encode()
