"""Paying with the form."""

import pytest

from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

PAYS = {"mode": "payment", "amount": 1250, "currency": "gbp"}


def open_payment(shopper: Shopper) -> dict[str, object]:
    intent: dict[str, object] = shopper.service.payment_intent()
    params = {"payment_method_data": {"billing_details": {"address": {"country": "GB"}}}}
    options = {"clientSecret": intent["client_secret"], "redirect": "if_required", "confirmParams": params}
    shopper.open(group=PAYS, call="confirmPayment", options=options)
    return intent


def test_a_payment_succeeds(shopper: Shopper) -> None:
    intent = open_payment(shopper)
    shopper.fill("4242424242424242")
    shopper.save()
    paid = shopper.result()["paymentIntent"]
    assert (paid["id"], paid["status"], paid["amount"]) == (intent["id"], "succeeded", 1250)


def test_a_declined_payment_says_why(shopper: Shopper) -> None:
    open_payment(shopper)
    shopper.fill("4000000000009995")
    shopper.save()
    error = shopper.result()["error"]
    assert (error["type"], error["decline_code"]) == ("card_error", "insufficient_funds")
    assert error["payment_intent"]["status"] == "requires_payment_method"


def test_a_payment_with_a_failed_check_is_not_made(shopper: Shopper) -> None:
    open_payment(shopper)
    shopper.fill("4000002760003184")
    shopper.save()
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("button", name="Fail authentication").click()
    assert shopper.result()["error"]["code"] == "payment_intent_authentication_failure"


def test_the_next_action_of_a_payment_confirmed_by_a_server(shopper: Shopper) -> None:
    on_this_page = {"automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never"}
    intent = shopper.service.payment_intent(
        payment_method="pm_card_authenticationRequired", confirm="true", use_stripe_sdk="true", **on_this_page
    )
    assert intent["status"] == "requires_action"
    shopper.visit(group=None)
    call = f"stripe.handleNextAction({{ clientSecret: '{intent['client_secret']}' }})"
    shopper.page.evaluate(f"void {call}.then((settled) => {{ result = settled }})")
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("button", name="Complete authentication").click()
    assert shopper.result()["paymentIntent"]["status"] == "succeeded"
    read = shopper.run(f"stripe.retrievePaymentIntent('{intent['client_secret']}')")
    assert read["paymentIntent"]["status"] == "succeeded"


def test_a_token_pays_through_the_older_call(shopper: Shopper) -> None:
    intent = shopper.service.payment_intent()
    shopper.visit(group=None)
    paid = shopper.run(
        f"stripe.confirmCardPayment('{intent['client_secret']}',"
        " { payment_method: { card: { token: 'tok_visa' } } })"
    )
    assert paid["paymentIntent"]["status"] == "succeeded"
