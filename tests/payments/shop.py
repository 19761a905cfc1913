"""A Customer at a Broker, as the tests of cards need them: every step through our verbs and a real payment service."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import stripe

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from imin.ground.outbox import Effect
from imin.payments import compare, events, queries, sweep
from imin.payments.add import Begun, Finished, begin, finish
from imin.payments.bookings import queries as bookings
from imin.payments.bookings.place import Needed, place
from imin.payments.consents.confirm import Asked, confirm
from imin.payments.consents.evidence import ConsentEvidence, Purpose
from imin.payments.consents.give import Consent, ConsentText
from imin.payments.default import make_default
from imin.payments.detach import detach_due
from imin.payments.edit import CardEdit, edit
from imin.payments.expiry import end_of_day
from imin.payments.guard.check import Guarded
from imin.payments.leave import leave, leave_due, stay
from imin.payments.models import Card, CardBooking, CardChange, CardSetup, Payer, PaymentAccount
from imin.payments.remove import Removed, remove, undo
from tests.brokers import build
from tests.sandbox.pay.service import Running

VISA = "4242424242424242"
OTHER_VISA = "4000056655665556"
MASTERCARD = "5555555555554444"
AMEX = "378282246310005"
DECLINED = "4000000000000002"
LOST = "4000000000009987"
NO_MONEY = "4000000000009995"
CHALLENGED = "4000002500003155"
CHALLENGED_ON_REQUEST = "4000000000003055"
YEAR = clock.now().year + 3


def consent(now: datetime, *purposes: Purpose) -> Consent:
    """Give the first consent, or those that are named."""
    agreed = purposes or (Purpose.KEEP,)
    texts = [ConsentText(purpose, "1", "en-gb", f"I agree: {purpose}.", "Acme") for purpose in agreed]
    return Consent(tuple(texts), now, "203.0.113.7", "a browser", "203.0.113.7")


@dataclass
class Shop:
    pay: Running
    tenant: Tenant
    customer_id: UUID
    account: str = ""
    later: timedelta = field(default_factory=timedelta)

    @property
    def now(self) -> datetime:
        """The time that the verbs are told; `later` moves it."""
        return clock.now() + self.later

    @property
    def whose(self) -> dict[str, UUID]:
        return {"broker_id": self.tenant.broker_id, "customer_id": self.customer_id}

    @property
    def guarded(self) -> Guarded:
        """The Customer as the guard knows them."""
        return Guarded(**self.whose, network="203.0.113.7", broker_name=self.tenant.name)

    # ── what the person does ──

    def begin(self, attempt: UUID | None = None, *purposes: Purpose, replaces: Card | None = None) -> Begun:
        now = self.now
        return begin(
            tenant=self.tenant,
            customer_id=self.customer_id,
            attempt=attempt or uuid4(),
            consent=consent(now, *purposes),
            now=now,
            replaces=replaces.id if replaces else None,
        )

    def agree_later(self, card: Card, attempt: UUID | None = None) -> Asked:
        """Consent to charges of a saved card, as its page does."""
        return confirm(
            tenant=self.tenant,
            customer_id=self.customer_id,
            card_id=card.id,
            attempt=attempt or uuid4(),
            consent=consent(self.now, Purpose.CHARGE),
            return_url=lambda setup_id: f"https://cards.example/back/{setup_id}",
            now=self.now,
        )

    def answer_bank_page(self, asked: Asked, outcome: str = "complete") -> str:
        """Answer on the bank's page that a link leads to; return where it sends the person."""
        answer = self.pay.session.post(asked.bank_url, data={"outcome": outcome}, timeout=10, allow_redirects=False)
        return answer.headers["Location"]

    def confirm(self, begun: Begun, number: str = VISA, **card: Any) -> stripe.SetupIntent:
        """Type a card into the payment service's fields and send it, as the browser does."""
        billing = {"name": card.pop("name", "A. Example")}
        if "address" in card:
            billing["address"] = card.pop("address")
        typed = {"number": number, "exp_month": 6, "exp_year": YEAR, "cvc": "1234" if number == AMEX else "123"}
        return self.pay.browser(self.account or None).v1.setup_intents.confirm(
            begun.client_secret.partition("_secret_")[0],
            {
                "client_secret": begun.client_secret,
                "use_stripe_sdk": True,
                "payment_method_data": {"type": "card", "card": {**typed, **card}, "billing_details": billing},
            },
        )

    def answer_bank(self, intent: stripe.SetupIntent, outcome: str = "complete") -> None:
        """Answer the bank's question on its page: `complete` or `fail`."""
        page = intent.next_action.use_stripe_sdk["stripe_js"]
        self.pay.session.post(page, data={"outcome": outcome}, timeout=10).raise_for_status()

    def finish(self, begun: Begun) -> Finished:
        return finish(**self.whose, setup_id=begun.setup_id, now=self.now)

    def add(self, number: str = VISA, **card: Any) -> Finished:
        begun = self.begin()
        self.confirm(begun, number, **card)
        return self.finish(begun)

    def replace(self, old: Card, number: str = VISA, **card: Any) -> Finished:
        """Add the card that the bank sent instead of `old`."""
        begun = self.begin(replaces=old)
        self.confirm(begun, number, **card)
        return self.finish(begun)

    def saved(self, number: str = VISA, **card: Any) -> Card:
        finished = self.add(number, **card)
        assert finished.card
        return finished.card

    def edit(self, card: Card, **changes: Any) -> Card:
        version = changes.pop("version", card.version)
        as_it_is = {
            name: getattr(card, name) for name in ("exp_month", "exp_year", "holder_name", "address", "nickname")
        }
        return edit(
            **self.whose,
            card_id=card.id,
            version=version,
            changes=CardEdit(**{**as_it_is, **changes}),
            now=self.now,
        )

    def remove(self, card: Card, *, bookings_to: Card | None = None, next_default: Card | None = None) -> Removed:
        return remove(
            **self.whose,
            card_id=card.id,
            version=card.version,
            now=self.now,
            bookings_to=bookings_to.id if bookings_to else None,
            next_default=next_default.id if next_default else None,
        )

    def leave(self, card: Card, *, next_default: Card | None = None) -> Card:
        chosen = next_default.id if next_default else None
        return leave(**self.whose, card_id=card.id, version=card.version, now=self.now, next_default=chosen)

    def stay(self, card: Card) -> Card:
        return stay(**self.whose, card_id=card.id, now=self.now)

    # ── what orders do ──

    def needed(self, days: int = 24, reference: str = "order-1", title: str = "Badminton") -> Needed:
        day = (self.now + timedelta(days=days)).date()
        return Needed(reference, title, day, end_of_day(day), "https://acmebroker.example/bookings/1")

    def book(self, card: Card, days: int = 24, reference: str = "order-1") -> CardBooking:
        return place(**self.whose, card_id=card.id, needed=self.needed(days, reference), now=self.now)

    def needing(self, card: Card) -> list[str]:
        """Return the references of the upcoming bookings that need `card`."""
        with acting(self.tenant.broker_id, self.customer_id):
            return [booking.reference for booking in bookings.needing([card.id], self.now)]

    def undo(self, card: Card) -> Card:
        return undo(**self.whose, card_id=card.id, now=self.now)

    def make_default(self, card: Card) -> Card:
        return make_default(**self.whose, card_id=card.id, now=self.now)

    # ── what the worker does ──

    def work(self) -> None:
        """Run every job once, as the worker does."""
        with as_owner():
            events.handle_due(now=self.now)
            detach_due(now=self.now)
            sweep.sweep_setups(now=self.now)
            sweep.sweep_changes(now=self.now)
            leave_due(now=self.now)

    def differences(self) -> list[str]:
        with as_owner():
            return [str(difference) for difference in compare.compare(now=self.now)]

    # ── what there is ──

    def consents(self, **only: Any) -> list[ConsentEvidence]:
        with acting(self.tenant.broker_id, self.customer_id):
            return list(ConsentEvidence.objects.filter(**only).order_by("given_at", "purpose"))

    def cards(self) -> list[Card]:
        with acting(self.tenant.broker_id, self.customer_id):
            return queries.cards_of(self.customer_id)

    def card(self, card: Card) -> Card:
        """Return the row as it is, whatever its status."""
        with acting(self.tenant.broker_id, self.customer_id):
            return Card.objects.get(id=card.id)

    def removed(self) -> list[Card]:
        with acting(self.tenant.broker_id, self.customer_id):
            return queries.recently_removed(self.customer_id, self.now)

    def setup(self, begun: Begun) -> CardSetup:
        with acting(self.tenant.broker_id, self.customer_id):
            return CardSetup.objects.get(id=begun.setup_id)

    def changes(self) -> list[CardChange]:
        with acting(self.tenant.broker_id, self.customer_id):
            return list(CardChange.objects.order_by("created_at"))

    def payer(self) -> Payer:
        with acting(self.tenant.broker_id, self.customer_id):
            return Payer.objects.get()

    def attached(self) -> list[str]:
        """Return the tokens that the payment service has attached to the Customer."""
        client = self.pay.client(account=self.account or None)
        return [method.id for method in client.v1.customers.payment_methods.list(self.payer().reference).data]

    def effects(self) -> int:
        with as_owner():
            return Effect.objects.filter(done_at=None).count()

    @contextmanager
    def fault(self, kind: str, prefix: str = "/v1", **more: Any):
        self.pay.control("faults", kind=kind, prefix=prefix, **more).raise_for_status()
        try:
            yield
        finally:
            self.pay.control("faults/clear").raise_for_status()


def shop_for(pay: Running, slug: str = "acmebroker", account: str = "", **broker: Any) -> Shop:
    """Store a Broker (with its own payment account when named) and a Customer."""
    made = build.broker(slug, **broker)
    with as_owner():
        if account:
            PaymentAccount.objects.create(broker=made, reference=account)
        customer = Customer.objects.create(broker=made, given_name="Sam", created_at=clock.now())
    return Shop(pay, build.tenant(slug), customer.id, account)


def another_customer(shop: Shop) -> Shop:
    """Store one more Customer of the same Broker."""
    with as_owner():
        customer = Customer.objects.create(broker_id=shop.tenant.broker_id, created_at=clock.now())
    return Shop(shop.pay, shop.tenant, customer.id, shop.account)
