"""Wrong use of the script throws; everything else resolves."""

import pytest

from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

WRONG = [
    "Stripe()",
    "Stripe('sk_test_secret')",
    "stripe.elements({ mode: 'setup', paymentMethodTypes: ['card'] })",
    "stripe.elements({})",
    "stripe.elements({ mode: 'subscribe' })",
    "stripe.elements({ mode: 'payment', currency: 'gbp' })",
    "stripe.elements({ mode: 'payment', amount: 100 })",
    "stripe.elements({ clientSecret: 'nonsense' })",
    "stripe.elements({ clientSecret: 'seti_1_secret_2', mode: 'setup' })",
    "elements.create('payment')",
    "elements.create('iban')",
    "element.mount('#card')",
    "stripe.elements({ mode: 'setup' }).create('payment').mount('#nowhere')",
    "stripe.elements({ mode: 'setup' }).submit()",
    "stripe.confirmSetup({ elements, clientSecret: 'seti_1_secret_2' })",
    "stripe.confirmSetup({ elements, redirect: 'if_required' })",
    "stripe.confirmSetup({ clientSecret: 'seti_1_secret_2', redirect: 'if_required' })",
    "stripe.confirmSetup({ elements, clientSecret: 'pi_1_secret_2', redirect: 'if_required' })",
    "stripe.confirmSetup({ elements, clientSecret: 'seti_1_secret_2', redirect: 'if_required' })",
    "stripe.confirmSetup({ elements: {}, clientSecret: 'seti_1_secret_2', redirect: 'if_required' })",
    "stripe.confirmPayment({ elements, clientSecret: 'seti_1_secret_2', redirect: 'if_required' })",
    "stripe.createPaymentMethod({ elements })",
    "stripe.createPaymentMethod({ type: 'card', card: { number: '4242424242424242' } })",
    "stripe.createConfirmationToken({ elements })",
    "stripe.retrieveSetupIntent('pi_1_secret_2')",
    "stripe.handleNextAction({ hashedValue: 'x' })",
    "element.on('ready', null)",
]


def test_every_misuse_throws_an_integration_error(shopper: Shopper) -> None:
    shopper.open()
    answers = {expression: shopper.run(expression) for expression in WRONG}
    assert [
        expression for expression, answer in answers.items() if not str(answer).startswith("IntegrationError: ")
    ] == []


def test_hidden_fields_must_be_given(shopper: Shopper) -> None:
    shopper.open(element={"fields": {"billingDetails": {"name": "never", "address": {"postalCode": "never"}}}})
    shopper.fill("4242424242424242")
    shopper.run("elements.submit()")
    confirm = "stripe.confirmSetup({ elements, clientSecret: 'seti_1_secret_2', redirect: 'if_required'"
    data = "confirmParams: { payment_method_data: { billing_details: { name: 'Sam' } } }"
    assert "billing_details.name" in shopper.run(f"{confirm} }})")
    assert "billing_details.address.postal_code" in shopper.run(f"{confirm}, {data} }})")


def test_a_destroyed_element_cannot_be_used_but_replaced(shopper: Shopper) -> None:
    shopper.open()
    shopper.page.evaluate("element.destroy()")
    assert shopper.run("element.mount('#card')").startswith("IntegrationError")
    assert shopper.run("elements.getElement('payment')") is None
    assert shopper.run("elements.create('payment') === elements.getElement('payment')") is True


def test_the_script_sets_itself_up_once(shopper: Shopper) -> None:
    shopper.open()
    same = shopper.page.evaluate(
        """() => new Promise((resolve) => {
          const first = window.Stripe;
          const script = document.createElement('script');
          script.src = document.querySelector('script[src]').src;
          script.onload = () => resolve(window.Stripe === first);
          document.head.append(script);
        })"""
    )
    assert same is True


def test_a_wrong_key_shows_later_as_an_error(shopper: Shopper) -> None:
    intent = shopper.service.setup_intent()
    shopper.visit(group=None, key="pk_test_of_somebody_else")
    read = shopper.run(f"stripe.retrieveSetupIntent('{intent['client_secret']}')")
    assert read["error"]["type"] == "invalid_request_error"


def test_a_finished_intent_cannot_be_filled_in(shopper: Shopper) -> None:
    intent = shopper.service.setup_intent(
        payment_method="pm_card_visa", confirm="true", return_url="http://shop.localhost/"
    )
    assert intent["status"] == "succeeded"
    shopper.visit(group={"clientSecret": intent["client_secret"]}, element={})
    shopper.wait("heard.some(([type]) => type === 'loaderror')")
    error = shopper.heard("loaderror")[0]["error"]
    assert error["code"] == "setup_intent_unexpected_state"
    assert shopper.heard("ready") == []


def test_updates_of_elements_end_with_an_event(shopper: Shopper) -> None:
    shopper.open(group={"mode": "payment", "amount": 100, "currency": "gbp"})
    shopper.page.evaluate("elements.on('update-end', () => { result = 'ended' })")
    shopper.page.evaluate("elements.update({ amount: 200 })")
    assert shopper.page.evaluate("result") == "ended"
    assert shopper.run("elements.update({ amount: -1 })").startswith("IntegrationError")
    assert shopper.run("elements.fetchUpdates()") == {}
