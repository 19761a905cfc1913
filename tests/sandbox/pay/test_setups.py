import pytest
import stripe

from sandbox.pay import challenge
from tests.sandbox.pay.forms import RETURN, card_data, confirm_in_browser, token
from tests.sandbox.pay.service import Running


def test_success_attaches_the_card(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create(
        {"customer": customer.id, "allowed_payment_method_types": ["card"], "usage": "off_session"}
    )
    assert intent.status == "requires_payment_method"
    assert intent.payment_method_types == ["card"]
    confirm_in_browser(pay, intent)
    done = client.v1.setup_intents.retrieve(intent.id, {"expand": ["payment_method", "latest_attempt"]})
    assert done.status == "succeeded"
    assert done.payment_method.customer == customer.id
    assert done.payment_method.card.checks.cvc_check == "pass"
    assert done.latest_attempt.status == "succeeded"
    assert done.mandate is None


def test_decline_is_a_402_and_the_intent_stays_usable(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    with pytest.raises(stripe.CardError) as refused:
        client.v1.setup_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa_chargeDeclinedLostCard", "return_url": RETURN}
        )
    error = refused.value.error
    assert refused.value.http_status == 402
    assert (error.code, error.decline_code) == ("card_declined", "lost_card")
    assert error.setup_intent.status == "requires_payment_method"
    assert error.setup_intent.payment_method is None
    assert error.setup_intent.last_setup_error.payment_method.card.last4 == "9987"
    assert error.payment_method.customer is None
    assert confirm_in_browser(pay, intent).status == "succeeded"
    assert client.v1.setup_intents.retrieve(intent.id).last_setup_error is None
    attempts = client.v1.setup_attempts.list({"setup_intent": intent.id}).data
    assert [attempt.status for attempt in attempts] == ["succeeded", "failed"]
    assert attempts[1].setup_error.code == "card_declined"


def test_challenge_in_a_frame_passed(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    asked = confirm_in_browser(pay, intent, "authenticationRequiredOnSetup")
    assert asked.status == "requires_action"
    assert asked.next_action.type == "use_stripe_sdk"
    assert asked.next_action.use_stripe_sdk["type"] == "three_d_secure_redirect"
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []
    challenge.complete(pay.service.state, token(asked))
    done = client.v1.setup_intents.retrieve(intent.id, {"expand": ["latest_attempt"]})
    assert done.status == "succeeded"
    assert done.next_action is None
    assert done.latest_attempt.payment_method_details.card.three_d_secure.authentication_flow == "challenge"
    window = challenge.find(pay.service.state, token(asked))
    assert window is not None
    assert (window.over, window.passed, window.last4, window.return_url) == (True, True, "3155", None)


def test_challenge_failed_or_left(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    asked = confirm_in_browser(pay, intent, "authenticationRequired")
    challenge.fail(pay.service.state, token(asked))
    challenge.complete(pay.service.state, token(asked))  # too late: the window is over
    after = client.v1.setup_intents.retrieve(intent.id)
    assert after.status == "requires_payment_method"
    assert after.last_setup_error.code == "setup_intent_authentication_failure"
    assert after.last_setup_error.type == "invalid_request_error"
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_challenge_by_redirect(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_threeDSecure2Required",
            "confirm": True,
            "return_url": RETURN,
        }
    )
    assert intent.next_action.redirect_to_url.return_url == RETURN
    assert intent.next_action.redirect_to_url.url.endswith("?mode=redirect")
    window = challenge.find(pay.service.state, token(intent))
    assert window is not None
    assert (window.return_url, window.client_secret) == (RETURN, intent.client_secret)


def test_challenge_passed_and_then_declined(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    asked = confirm_in_browser(pay, intent, "threeDSecureRequiredChargeDeclined")
    challenge.complete(pay.service.state, token(asked))
    after = client.v1.setup_intents.retrieve(intent.id)
    assert after.status == "requires_payment_method"
    assert after.last_setup_error.decline_code == "generic_decline"


def test_confirming_again_with_another_card_leaves_the_challenge(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    asked = confirm_in_browser(pay, intent, "authenticationRequired")
    assert confirm_in_browser(pay, intent, "mastercard").status == "succeeded"
    challenge.fail(pay.service.state, token(asked))
    assert client.v1.setup_intents.retrieve(intent.id).status == "succeeded"
    statuses = [entry.status for entry in client.v1.setup_attempts.list({"setup_intent": intent.id}).data]
    assert statuses == ["succeeded", "abandoned"]


def test_requested_authentication(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    def attempt(method: str) -> stripe.SetupIntent:
        return client.v1.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": method,
                "confirm": True,
                "return_url": RETURN,
                "payment_method_options": {"card": {"request_three_d_secure": "challenge"}},
                "expand": ["latest_attempt"],
            }
        )

    assert attempt("pm_card_threeDSecureOptional").status == "requires_action"
    plain = attempt("pm_card_visa").latest_attempt.payment_method_details.card.three_d_secure
    assert plain.result == "attempt_acknowledged"
    amex = attempt("pm_card_amex").latest_attempt.payment_method_details.card.three_d_secure
    assert amex.result == "not_supported"


def test_server_confirmation_needs_a_return_url(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.param == "return_url"
    never = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    assert never.status == "succeeded"


def test_update_and_cancel(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"description": "first", "metadata": {"a": "1"}})
    changed = client.v1.setup_intents.update(
        intent.id, {"payment_method": "pm_card_visa", "customer": customer.id, "description": "second"}
    )
    assert (changed.status, changed.description) == ("requires_confirmation", "second")
    gone = client.v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    for call in (client.v1.setup_intents.cancel, client.v1.setup_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            call(intent.id)
        assert refused.value.code == "setup_intent_unexpected_state"
        assert refused.value.error.setup_intent.status == "canceled"


def test_no_payment_method_no_confirmation(client: stripe.StripeClient) -> None:
    intent = client.v1.setup_intents.create()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.confirm(intent.id, {"return_url": RETURN})
    assert refused.value.code == "setup_intent_unexpected_state"


def test_too_many_confirmations_cancel(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id})
    codes = set()
    for _ in range(31):
        with pytest.raises(stripe.StripeError) as refused:
            client.v1.setup_intents.confirm(
                intent.id, {"payment_method": "pm_card_visa_chargeDeclined", "return_url": RETURN}
            )
        codes.add(refused.value.code)
    assert codes == {"card_declined", "setup_intent_unexpected_state"}
    assert client.v1.setup_intents.retrieve(intent.id).status == "canceled"


def test_without_a_customer_the_card_can_be_attached_later(
    client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    intent = client.v1.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True, "return_url": RETURN})
    assert intent.status == "succeeded"
    attached = client.v1.payment_methods.attach(str(intent.payment_method), {"customer": customer.id})
    assert attached.customer == customer.id


def test_list_by_customer_and_payment_method(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    mine = client.v1.setup_intents.create({"customer": customer.id})
    confirm_in_browser(pay, mine)
    client.v1.setup_intents.create()
    method = str(client.v1.setup_intents.retrieve(mine.id).payment_method)
    assert [intent.id for intent in client.v1.setup_intents.list({"customer": customer.id}).data] == [mine.id]
    assert [intent.id for intent in client.v1.setup_intents.list({"payment_method": method}).data] == [mine.id]
    assert len(client.v1.setup_intents.list().data) == 2


def test_what_a_browser_may_see(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create({"customer": customer.id, "metadata": {"order": "1"}})
    browser = pay.browser()
    seen = browser.v1.setup_intents.retrieve(intent.id, {"client_secret": str(intent.client_secret)})
    assert seen.status == "requires_payment_method"
    assert "customer" not in seen
    assert "metadata" not in seen
    with pytest.raises(stripe.InvalidRequestError) as wrong:
        browser.v1.setup_intents.retrieve(intent.id, {"client_secret": f"{intent.id}_secret_guess"})
    assert wrong.value.param == "client_secret"
    with pytest.raises(stripe.InvalidRequestError) as absent:
        browser.v1.setup_intents.retrieve(intent.id)
    assert absent.value.code == "parameter_missing"
    with pytest.raises(stripe.PermissionError) as secret_only:
        browser.v1.setup_intents.list()
    assert secret_only.value.error.code == "secret_key_required"
    with pytest.raises(stripe.CardError) as declined:
        confirm_in_browser(pay, intent, "visa_chargeDeclined")
    assert "customer" not in declined.value.error.setup_intent


def test_confirmation_token(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    made = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_mastercard", "return_url": RETURN}
    )
    assert made.payment_method_preview.card.brand == "mastercard"
    intent = client.v1.setup_intents.create(
        {"customer": customer.id, "confirm": True, "confirmation_token": made.id, "return_url": RETURN}
    )
    assert intent.status == "succeeded"
    assert client.v1.confirmation_tokens.retrieve(made.id).setup_intent == intent.id
    second = client.v1.setup_intents.create({"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError) as used:
        client.v1.setup_intents.confirm(second.id, {"confirmation_token": made.id, "return_url": RETURN})
    assert used.value.param == "confirmation_token"


def test_confirmation_token_of_a_form_runs_out(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    body = {f"payment_method_data[card][{name}]": value for name, value in card_data("amex")["card"].items()}
    answer = pay.raw(
        "POST",
        "/v1/confirmation_tokens",
        data={**body, "payment_method_data[type]": "card"},
        headers={"Authorization": f"Bearer {pay.world.payments.publishable_key}"},
    )
    made = client.v1.confirmation_tokens.retrieve(answer.json()["id"])
    assert made.payment_method_preview.card.last4 == "0005"
    pay.control("clock", advance=12 * 3600)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.setup_intents.create(
            {"customer": customer.id, "confirm": True, "confirmation_token": made.id, "return_url": RETURN}
        )


def test_mandate_only_where_the_law_asks_for_one(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    def set_up(method: str) -> stripe.SetupIntent:
        return client.v1.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": method,
                "confirm": True,
                "return_url": RETURN,
                "mandate_data": {
                    "customer_acceptance": {
                        "type": "online",
                        "online": {"ip_address": "192.0.2.7", "user_agent": "Test"},
                    }
                },
            }
        )

    assert set_up("pm_card_visa").mandate is None
    intent = set_up("pm_card_in")
    mandate = client.v1.mandates.retrieve(str(intent.mandate))
    assert mandate.status == "active"
    assert mandate.customer_acceptance.online.ip_address == "192.0.2.7"
    client.v1.payment_methods.detach(str(intent.payment_method))
    assert client.v1.mandates.retrieve(mandate.id).status == "inactive"
