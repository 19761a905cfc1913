"""Adding a card from the embedded form."""

from urllib.parse import parse_qs

import pytest

from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

MESSAGE_OF_SERVER_DOWN = "The payment service cannot be reached. Check your connection and try again."


def test_a_good_card_is_saved_and_belongs_to_the_customer(shopper: Shopper) -> None:
    intent = shopper.open_setup()
    shopper.fill("4242424242424242")
    shopper.save()
    result = shopper.result()
    assert "error" not in result
    assert result["setupIntent"]["id"] == intent["id"]
    assert result["setupIntent"]["status"] == "succeeded"
    cards = shopper.service.call("GET", "/v1/payment_methods", customer=intent["customer"])["data"]
    assert [card["card"]["last4"] for card in cards] == ["4242"]
    assert cards[0]["card"]["exp_month"] == 12
    assert cards[0]["card"]["exp_year"] == 2040
    assert cards[0]["billing_details"]["address"]["country"] == "GB"


def test_the_card_number_never_passes_through_the_page(shopper: Shopper) -> None:
    requests: list[str] = []
    shopper.page.on("request", lambda sent: requests.append(f"{sent.frame.url} {sent.url} {sent.post_data or ''}"))
    shopper.open_setup()
    shopper.page.evaluate(
        "window.seen = []; addEventListener('message', ({ data }) => seen.push(JSON.stringify(data)))"
    )
    shopper.fill("4242424242424242")
    shopper.save()
    shopper.result()
    with_number = [line for line in requests if "4242424242424242" in line]
    assert len(with_number) == 1
    assert with_number[0].startswith(f"http://js.pay.localhost:{shopper.service.world.port}/fields")
    assert "4242424242424242" not in "".join(shopper.page.evaluate("seen")).replace(" ", "")


def test_saving_says_that_the_person_agreed_to_it(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.fill("4242424242424242")
    with shopper.page.expect_request("**/confirm") as sent:
        shopper.save()
    form = parse_qs(sent.value.post_data)
    assert form["mandate_data[customer_acceptance][type]"] == ["online"]
    assert form["use_stripe_sdk"] == ["true"]


def test_a_decline_resolves_with_the_bank_s_error_and_the_intent(shopper: Shopper) -> None:
    intent = shopper.open_setup()
    shopper.fill("4000000000000002")
    shopper.save()
    error = shopper.result()["error"]
    assert (error["type"], error["code"], error["decline_code"]) == (
        "card_error",
        "card_declined",
        "generic_decline",
    )
    assert error["setup_intent"]["id"] == intent["id"]
    assert error["setup_intent"]["status"] == "requires_payment_method"
    alert = shopper.fields.get_by_role("alert")
    alert.wait_for()
    assert alert.text_content() == error["message"]


def test_after_a_decline_another_card_works_with_the_same_intent(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.fill("4000000000009995")
    shopper.save()
    assert shopper.result()["error"]["decline_code"] == "insufficient_funds"
    shopper.page.evaluate("result = null; element.clear()")
    shopper.fill("5555555555554444")
    shopper.save()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"


def test_an_expired_card_is_marked_at_its_expiry(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.fill("4000000000000069")
    shopper.save()
    assert shopper.result()["error"]["code"] == "expired_card"
    assert shopper.fields.get_by_label("Expiry date").get_attribute("aria-invalid") == "true"


def test_amex_has_fifteen_digits_and_a_code_of_four(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.fill("378282246310005", cvc="12345")
    assert shopper.fields.get_by_label("Card number").input_value() == "3782 822463 10005"
    assert shopper.fields.get_by_label("Security code").input_value() == "1234"
    shopper.save()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"


def test_redirect_always_leaves_for_the_return_address_and_keeps_its_query(shopper: Shopper) -> None:
    intent = shopper.service.setup_intent()
    back = f"http://shop.localhost:{shopper.service.shop_port}/back?from=form"
    billing = {"billing_details": {"address": {"country": "GB"}}}
    params = {"return_url": back, "payment_method_data": billing}
    shopper.open(options={"clientSecret": intent["client_secret"], "confirmParams": params})
    shopper.fill("4242424242424242")
    shopper.save()
    shopper.page.wait_for_url("**/back?**")
    assert shopper.page.url == (
        f"{back}&setup_intent={intent['id']}&setup_intent_client_secret={intent['client_secret']}"
        "&redirect_status=succeeded"
    )


def test_a_form_for_an_existing_intent_needs_no_second_secret(shopper: Shopper) -> None:
    intent = shopper.service.setup_intent()
    options = {"redirect": "if_required", "confirmParams": {}}
    shopper.open(group={"clientSecret": intent["client_secret"]}, element={}, options=options)
    shopper.fields.get_by_label("Country").select_option("IE")
    shopper.fill("4242424242424242")
    shopper.save()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"
    card = shopper.service.call("GET", "/v1/payment_methods", customer=intent["customer"])["data"][0]
    assert card["billing_details"]["address"]["country"] == "IE"


def test_a_saved_card_is_confirmed_without_a_form(shopper: Shopper) -> None:
    shopper.visit(group=None)
    intent = shopper.service.setup_intent()
    result = shopper.run(
        f"stripe.confirmSetup({{ clientSecret: '{intent['client_secret']}', redirect: 'if_required',"
        " confirmParams: { payment_method: 'pm_card_visa' } })"
    )
    assert result["setupIntent"]["status"] == "succeeded"


def test_an_intent_can_be_read_with_its_secret_and_nothing_else(shopper: Shopper) -> None:
    shopper.visit(group=None)
    intent = shopper.service.setup_intent()
    right, wrong = intent["client_secret"], f"{intent['id']}_secret_wrong"
    read = shopper.run(f"stripe.retrieveSetupIntent('{right}')")
    assert read["setupIntent"]["id"] == intent["id"]
    assert shopper.run(f"stripe.retrieveSetupIntent('{wrong}')")["error"]["type"] == "invalid_request_error"


def test_a_connected_account_is_named_in_every_call(shopper: Shopper) -> None:
    account = shopper.service.world.payments.connected_accounts[0]
    intent = shopper.service.call("POST", "/v1/setup_intents", account=account)
    options = {"clientSecret": intent["client_secret"], "redirect": "if_required"}
    params = {"payment_method_data": {"billing_details": {"address": {"country": "GB"}}}}
    shopper.open(client={"stripeAccount": account}, options={**options, "confirmParams": params})
    shopper.fill("4242424242424242")
    shopper.save()
    assert shopper.result()["setupIntent"]["id"] == intent["id"]


def test_a_confirmation_token_carries_what_the_form_holds(shopper: Shopper) -> None:
    shopper.open()
    shopper.fill("4242424242424242")
    token = shopper.run(
        "stripe.createConfirmationToken({ elements, params: { payment_method_data:"
        " { billing_details: { address: { country: 'GB' } } } } })"
    )["confirmationToken"]
    assert token["object"] == "confirmation_token"
    assert token["payment_method_preview"]["card"]["last4"] == "4242"


def test_a_payment_method_is_made_from_the_form_or_from_a_token(shopper: Shopper) -> None:
    shopper.open(group={"mode": "setup", "paymentMethodCreation": "manual"}, element={})
    shopper.fill("5555555555554444")
    from_form = shopper.run("stripe.createPaymentMethod({ elements, params: { metadata: { kind: 'club' } } })")
    assert from_form["paymentMethod"]["card"]["brand"] == "mastercard"
    from_token = shopper.run("stripe.createPaymentMethod({ type: 'card', card: { token: 'tok_visa' } })")
    assert from_token["paymentMethod"]["card"]["brand"] == "visa"


def test_a_service_that_is_down_is_a_connection_error(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.page.route("**/v1/**", lambda route: route.abort())
    shopper.fill("4242424242424242")
    shopper.save()
    error = shopper.result()["error"]
    assert error == {"type": "api_connection_error", "message": MESSAGE_OF_SERVER_DOWN}
    shopper.complaints.clear()


def test_a_service_that_never_answers_is_given_up_on(shopper: Shopper) -> None:
    shopper.page.clock.install()
    shopper.open_setup()
    shopper.page.route("**/v1/**", lambda _route: None)
    shopper.fill("4242424242424242")
    with shopper.page.expect_request("**/confirm"):
        shopper.save()
    shopper.page.clock.fast_forward(31_000)
    assert shopper.result()["error"]["type"] == "api_connection_error"


def test_an_answer_that_is_no_json_is_an_api_error(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.page.route("**/confirm", lambda route: route.fulfill(status=502, body="<h1>Bad gateway"))
    shopper.fill("4242424242424242")
    shopper.save()
    assert shopper.result()["error"]["type"] in {"api_error", "api_connection_error"}
    shopper.complaints.clear()
