"""Stripe's words behind the contract: the sandbox, and Stripe's own test mode when there is a key for it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import stripe

from imin.payments.gateways.base import EventSubject
from imin.payments.gateways.stripe import Stripe
from imin.payments.gateways.stripe_transport import client
from tests.sandbox.pay import service

TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")
BENCHES = [
    "sandbox",
    "sandbox, a Broker's own account",
    pytest.param(
        "stripe",
        marks=[
            pytest.mark.stripe,
            pytest.mark.skipif(not TEST_KEY, reason="STRIPE_TEST_KEY is not set: Stripe's own test mode was not asked"),
        ],
    ),
]
CARDS = {
    "good": "pm_card_visa",
    "again": "pm_card_visa",
    "other": "pm_card_mastercard",
    "declined": "pm_card_visa_chargeDeclined",
    "lost": "pm_card_visa_chargeDeclinedLostCard",
    "challenged": "pm_card_authenticationRequired",
    "asks on request": "pm_card_threeDSecureOptional",
}
SECRET = "whsec_bench"


@dataclass
class StripeBench:
    account: str = ""
    gateway: Stripe = field(default_factory=Stripe)

    @property
    def sdk(self) -> stripe.StripeClient:
        return client()

    @property
    def options(self) -> stripe.RequestOptions:
        return {"stripe_account": self.account or None}

    def confirm(self, reference: str, method: str) -> stripe.SetupIntent:
        return self.sdk.v1.setup_intents.confirm(
            reference, {"payment_method": method, "return_url": "https://example.com/back"}, self.options
        )

    def use_card(self, reference: str, card: str) -> None:
        try:
            self.confirm(reference, CARDS[card])
        except stripe.CardError:
            assert card in ("declined", "lost")

    def signed_event(self, subject: EventSubject, reference: str) -> tuple[bytes, str]:
        kind = {EventSubject.CARD: "payment_method.attached", EventSubject.SETUP: "setup_intent.succeeded"}[subject]
        found = self.sdk.v1.events.list({"type": kind, "limit": 20}, self.options).data
        event = next(event for event in found if event.data.object["id"] == reference)
        said = event.to_dict() | ({"account": self.account} if self.account else {})
        body = json.dumps(said, indent=2)
        return body.encode(), stripe.WebhookSignature.generate_signature_header(body, SECRET)

    def unknown(self, what: str) -> str:
        return {"payer": "cus_", "setup": "seti_", "card": "pm_"}[what] + uuid4().hex[:20]

    def delete_payer(self, reference: str) -> None:
        self.sdk.v1.customers.delete(reference, None, self.options)


@pytest.fixture(params=BENCHES)
def bench(request, tmp_path, settings, monkeypatch) -> Iterator[StripeBench]:
    """The Stripe gateway on each service that speaks Stripe."""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    if request.param == "stripe":
        settings.STRIPE_SECRET_KEY = TEST_KEY
        settings.STRIPE_PUBLISHABLE_KEY = "pk_test_of_the_page"
        yield StripeBench()
        return
    with service.serve(tmp_path) as running:
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_SECRET_KEY = running.world.payments.secret_key
        settings.STRIPE_PUBLISHABLE_KEY = running.world.payments.publishable_key
        yield StripeBench("acct_1SandboxAcme" if "own" in request.param else "")
