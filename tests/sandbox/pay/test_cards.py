"""Every test number, set up and charged."""

from typing import Any

import pytest
import stripe

from sandbox.pay import cards, challenge
from sandbox.pay.cards import CARDS, Card
from sandbox.pay.forge import luhn
from tests.sandbox.pay.forms import RETURN, card_data, confirm_in_browser, token
from tests.sandbox.pay.service import Running

WITH_WINDOW = {cards.ALWAYS, cards.UNLESS_SET_UP, cards.SET_UP_ALREADY}


def _asks(card: Card) -> bool:
    return card.challenge in WITH_WINDOW and card.lookup is None


def test_the_table() -> None:
    assert all(luhn(card.number) for card in CARDS)
    assert len({card.name for card in CARDS}) == len({card.number for card in CARDS}) == len(CARDS)
    assert cards.shared("visa") is cards.BY_NUMBER["4242424242424242"]
    assert cards.shared("chargeDeclined") is cards.BY_NUMBER["4000000000000002"]
    assert cards.shared("nobody") is None


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_set_up(pay: Running, client: stripe.StripeClient, customer: stripe.Customer, card: Card) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    expected = card.lookup if card.challenge == cards.ALWAYS and card.lookup else card.setup
    if expected and not _asks(card):
        with pytest.raises(stripe.CardError) as refused:
            confirm_in_browser(pay, intent, card.name)
        assert refused.value.code == expected.code
    else:
        done = confirm_in_browser(pay, intent, card.name)
        assert done.status == ("requires_action" if _asks(card) else "succeeded")
        if _asks(card):
            challenge.complete(pay.service.state, token(done))
    after = client.v1.setup_intents.retrieve(intent.id)
    assert after.status == ("requires_payment_method" if expected else "succeeded")
    attached = client.v1.payment_methods.list({"customer": customer.id}).data
    assert len(attached) == (0 if expected else 1)
    if expected:
        assert after.last_setup_error.code == expected.code
    else:
        assert attached[0].card.checks.cvc_check == card.cvc_check


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_payment(pay: Running, client: stripe.StripeClient, card: Card) -> None:
    intent = client.v1.payment_intents.create({"amount": 1200, "currency": "gbp"})
    params: Any = {
        "client_secret": intent.client_secret,
        "payment_method_data": card_data(card.name),
        "return_url": RETURN,
    }
    expected = card.lookup if card.challenge == cards.ALWAYS and card.lookup else card.charge
    if expected and not _asks(card):
        with pytest.raises(stripe.CardError) as refused:
            pay.browser().v1.payment_intents.confirm(intent.id, params)
        assert refused.value.error.decline_code == expected.decline_code
    else:
        done = pay.browser().v1.payment_intents.confirm(intent.id, params)
        assert done.status == ("requires_action" if _asks(card) else "succeeded")
        if _asks(card):
            challenge.complete(pay.service.state, token(done))
    after = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert after.status == ("requires_payment_method" if expected else "succeeded")
    assert after.latest_charge.paid is (expected is None)
    assert after.latest_charge.outcome.risk_level == ("highest" if card.blocked else card.risk)


def test_wrong_code_only_when_a_code_was_given(pay: Running, client: stripe.StripeClient) -> None:
    data = card_data("chargeDeclinedIncorrectCvc")
    del data["card"]["cvc"]
    made = pay.browser().v1.payment_methods.create(data)
    params: Any = {"payment_method": made.id, "confirm": True, "return_url": RETURN}
    assert client.v1.setup_intents.create(params).status == "succeeded"


@pytest.mark.parametrize(
    ("name", "line1", "postal_code"),
    [("avsFail", "fail", "fail"), ("avsZipFail", "pass", "fail"), ("avsUnchecked", "unavailable", "unavailable")],
)
def test_address_checks(pay: Running, client: stripe.StripeClient, name: str, line1: str, postal_code: str) -> None:
    data = {**card_data(name), "billing_details": {"address": {"line1": "1 High St", "postal_code": "LS1 1AA"}}}
    made = pay.browser().v1.payment_methods.create(data)  # type: ignore[arg-type]
    params: Any = {"payment_method": made.id, "confirm": True, "return_url": RETURN}
    client.v1.setup_intents.create(params)
    checks = client.v1.payment_methods.retrieve(made.id).card.checks
    assert (checks.address_line1_check, checks.address_postal_code_check) == (line1, postal_code)
