"""The Stripe gateway keeps the contract; and what is its own: words, address, declines."""

import pytest
from django.test import override_settings

from imin.payments.gateways.base import Decline
from imin.payments.gateways.chosen import gateway
from imin.payments.gateways.stripe import Stripe
from imin.payments.gateways.stripe_transport import decline_of, scrub
from tests.payments.gateway_contract import GatewayContract


class TestStripe(GatewayContract):
    pass


def test_stripe_is_the_gateway_that_settings_choose():
    assert isinstance(gateway(), Stripe)


@pytest.mark.parametrize(
    ("code", "bank", "ours"),
    [
        ("card_declined", "generic_decline", Decline.GENERIC),
        ("card_declined", "lost_card", Decline.GENERIC),
        ("card_declined", "stolen_card", Decline.GENERIC),
        ("card_declined", "fraudulent", Decline.GENERIC),
        ("card_declined", "pickup_card", Decline.GENERIC),
        ("card_declined", "a_reason_of_next_year", Decline.GENERIC),
        ("card_declined", "insufficient_funds", Decline.INSUFFICIENT_FUNDS),
        ("card_declined", "card_velocity_exceeded", Decline.LIMIT),
        ("expired_card", None, Decline.EXPIRED),
        ("expired_card", "expired_card", Decline.EXPIRED),
        ("incorrect_cvc", None, Decline.WRONG_CODE),
        ("processing_error", None, Decline.TRY_LATER),
        ("setup_intent_authentication_failure", None, Decline.CHALLENGE_FAILED),
        (None, None, Decline.GENERIC),
    ],
)
def test_declines_in_our_words(code, bank, ours):
    assert decline_of(code, bank) is ours


def test_the_pages_policy_follows_the_address_of_the_script():
    with override_settings(STRIPE_JS_URL="https://js.stripe.com/endive/stripe.js"):
        element = Stripe().element(account="")
    assert element.script_origins == ["https://js.stripe.com", "https://*.js.stripe.com"]
    with override_settings(STRIPE_JS_URL="http://js.pay.localhost:8001/endive/stripe.js"):
        element = Stripe().element(account="")
    assert element.script_origins == ["http://js.pay.localhost:8001"]


@pytest.mark.parametrize(
    "secret",
    ["sk_test_4eC39HqLyjWDarjtT1", "rk_live_4eC39HqLyjWD", "whsec_4eC39HqLyjWD", "seti_1Mm8s8_secret_NXDV1Wuq"],
)
def test_keys_and_client_secrets_are_scrubbed(secret):
    assert secret not in scrub(f"before {secret} after")
    assert "before" in scrub(f"before {secret} after")
