from typing import Any

import pytest
import stripe

from sandbox.pay import challenge
from tests.sandbox.pay.forms import RETURN, card_data, save, token
from tests.sandbox.pay.service import Running

AUTHENTICATE = "authenticationRequiredOnSetup"


def payment(method: str, **params: Any) -> Any:
    """Return what makes and confirms a payment of £20 with `method`."""
    return {
        "amount": 2000,
        "currency": "gbp",
        "payment_method": method,
        "confirm": True,
        "return_url": RETURN,
        **params,
    }


def test_success(pay: Running, client: stripe.StripeClient) -> None:
    done = client.v1.payment_intents.create(payment("pm_card_visa", expand=["latest_charge"]))
    assert (done.status, done.amount_received, done.capture_method) == ("succeeded", 2000, "automatic_async")
    charge = done.latest_charge
    assert (charge.paid, charge.captured, charge.status) == (True, True, "succeeded")
    assert charge.outcome.type == "authorized"
    assert charge.balance_transaction is None  # money settles a moment later
    pay.control("clock", advance=5)
    settled = client.v1.charges.retrieve(charge.id, {"expand": ["balance_transaction"]})
    assert settled.balance_transaction.net == 2000
    assert client.v1.balance.retrieve().pending[0].amount == 2000
    pay.control("clock", advance=2 * 86400)
    assert client.v1.balance.retrieve().available[0].amount == 2000
    types = [event.type for event in client.v1.events.list().data][::-1]
    assert types == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


def test_decline_and_another_card(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(payment("pm_card_visa_chargeDeclinedInsufficientFunds"))
    error = refused.value.error
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
    intent = error.payment_intent
    assert intent.status == "requires_payment_method"
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert charge.id == error.charge
    assert (charge.status, charge.paid, charge.outcome.type) == ("failed", False, "issuer_declined")
    done = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert (done.status, done.last_payment_error) == ("succeeded", None)
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 2


def test_blocked_by_rules(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(payment("pm_card_radarBlock"))
    charge = client.v1.charges.retrieve(refused.value.error.charge)
    assert (charge.outcome.type, charge.outcome.network_status) == ("blocked", "not_sent_to_network")


def test_challenge_from_a_browser(pay: Running, client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "gbp"})
    params: Any = {
        "client_secret": intent.client_secret,
        "payment_method_data": card_data("authenticationRequired"),
        "use_stripe_sdk": True,
    }
    asked = pay.browser().v1.payment_intents.confirm(intent.id, params)
    assert (asked.status, asked.next_action.type) == ("requires_action", "use_stripe_sdk")
    assert asked.latest_charge is None
    challenge.complete(pay.service.state, token(asked))
    done = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert done.status == "succeeded"
    three_d_secure = done.latest_charge.payment_method_details.card.three_d_secure
    assert (three_d_secure.authentication_flow, three_d_secure.result) == ("challenge", "authenticated")


def test_challenge_failed(pay: Running, client: stripe.StripeClient) -> None:
    asked = client.v1.payment_intents.create(payment("pm_card_authenticationRequired"))
    challenge.fail(pay.service.state, token(asked))
    after = client.v1.payment_intents.retrieve(asked.id)
    assert after.status == "requires_payment_method"
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert client.v1.charges.list({"payment_intent": asked.id}).data == []
    types = [event.type for event in client.v1.events.list().data]
    assert "payment_intent.payment_failed" in types
    assert "charge.failed" not in types


def test_manual_confirmation_asks_the_server_again(pay: Running, client: stripe.StripeClient) -> None:
    asked = client.v1.payment_intents.create(payment("pm_card_authenticationRequired", confirmation_method="manual"))
    challenge.complete(pay.service.state, token(asked))
    between = client.v1.payment_intents.retrieve(asked.id)
    assert between.status == "requires_confirmation"
    assert client.v1.payment_intents.confirm(asked.id, {"return_url": RETURN}).status == "succeeded"


def test_off_session(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    def charge(method: str) -> stripe.PaymentIntent:
        return client.v1.payment_intents.create(payment(method, customer=customer.id, off_session=True, return_url=""))

    set_up = save(pay, customer.id, AUTHENTICATE)
    assert charge(set_up).status == "succeeded"
    assert charge("pm_card_authenticationRequiredSetupForOffSession").status == "succeeded"
    bare = client.v1.payment_methods.attach(f"pm_card_{AUTHENTICATE}", {"customer": customer.id})
    for method in (bare.id, save(pay, customer.id, "authenticationRequired")):
        with pytest.raises(stripe.CardError) as refused:
            charge(method)
        error = refused.value.error
        assert (error.code, error.decline_code) == ("authentication_required", "authentication_required")
        assert error.payment_intent.status == "requires_payment_method"
        assert error.payment_method.id == method
    back = client.v1.payment_intents.confirm(error.payment_intent.id, {"payment_method": method, "return_url": RETURN})
    assert back.status == "requires_action"


def test_error_on_requires_action(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(payment("pm_card_authenticationRequired", error_on_requires_action=True))
    assert refused.value.code == "authentication_required"
    assert refused.value.error.payment_intent.next_action is None


def test_saving_the_card_on_the_way(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    done = client.v1.payment_intents.create(
        payment("pm_card_visa", customer=customer.id, setup_future_usage="off_session")
    )
    cards = client.v1.payment_methods.list({"customer": customer.id}).data
    assert [card.id for card in cards] == [done.payment_method]


def test_a_card_paid_with_and_not_kept_is_spent(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    done = client.v1.payment_intents.create(payment("pm_card_visa"))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(str(done.payment_method), {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(payment(str(done.payment_method)))


def test_capture_less_and_never_more(client: stripe.StripeClient) -> None:
    held = client.v1.payment_intents.create(payment("pm_card_visa", capture_method="manual"))
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 2000, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(held.id, {"amount_to_capture": 2001})
    with pytest.raises(stripe.InvalidRequestError) as locked:
        client.v1.payment_intents.update(held.id, {"amount": 100})
    assert locked.value.code == "payment_intent_unexpected_state"
    assert client.v1.payment_intents.update(held.id, {"description": "Pitch 2"}).description == "Pitch 2"
    done = client.v1.payment_intents.capture(held.id, {"amount_to_capture": 1500, "expand": ["latest_charge"]})
    assert (done.status, done.amount_received, done.amount_capturable) == ("succeeded", 1500, 0)
    assert done.latest_charge.amount_captured == 1500
    with pytest.raises(stripe.InvalidRequestError) as twice:
        client.v1.payment_intents.capture(held.id)
    assert twice.value.error.payment_intent.status == "succeeded"


@pytest.mark.parametrize("by_clock", [False, True])
def test_release_of_held_money(pay: Running, client: stripe.StripeClient, *, by_clock: bool) -> None:
    held = client.v1.payment_intents.create(payment("pm_card_visa", capture_method="manual"))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": held.id})
    if by_clock:
        pay.control("clock", advance=7 * 86400)
    else:
        client.v1.payment_intents.cancel(held.id, {"cancellation_reason": "duplicate"})
    after = client.v1.payment_intents.retrieve(held.id, {"expand": ["latest_charge"]})
    assert (after.status, after.cancellation_reason) == ("canceled", "expired" if by_clock else "duplicate")
    assert (after.latest_charge.refunded, after.latest_charge.amount_refunded) == (True, 2000)
    refunds = client.v1.refunds.list({"payment_intent": held.id}).data
    assert [refund.reason for refund in refunds] == ["expired_uncaptured_charge" if by_clock else None]


def test_merchant_initiated_holds_are_shorter(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    held = client.v1.payment_intents.create(
        payment(
            "pm_card_visa",
            customer=customer.id,
            capture_method="manual",
            off_session=True,
            expand=["latest_charge"],
        )
    )
    until = held.latest_charge.payment_method_details.card.capture_before
    assert until - held.created == (4 * 24 + 18) * 3600


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": 29}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": -5}, "parameter_invalid_integer", "amount"),
        ({"currency": "pound"}, None, "currency"),
        ({"application_fee_amount": 1}, None, "application_fee_amount"),
        ({"transfer_data": {"destination": "acct_1Nobody"}}, "resource_missing", "transfer_data[destination]"),
        (
            {"transfer_data": {"destination": "acct_1SandboxAcme", "amount": 5}, "application_fee_amount": 1},
            None,
            "transfer_data[amount]",
        ),
        ({"off_session": True}, None, "off_session"),
    ],
)
def test_wrong_payments(client: stripe.StripeClient, change: dict[str, Any], code: str | None, param: str) -> None:
    params: Any = {"amount": 100, "currency": "gbp", **change}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(params)
    assert (refused.value.code, refused.value.param) == (code, param)


def test_browsers_cannot_say_that_nobody_is_there(pay: Running, client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "gbp"})
    params: Any = {"client_secret": intent.client_secret, "payment_method": "pm_card_visa", "off_session": True}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.browser().v1.payment_intents.confirm(intent.id, params)
    assert refused.value.param == "off_session"


def test_update_clears_the_last_error_and_list(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(payment("pm_card_visa_chargeDeclined", customer=customer.id))
    intent = refused.value.error.payment_intent
    assert client.v1.payment_intents.update(intent.id, {"amount": 1500}).last_payment_error is None
    client.v1.payment_intents.create({"amount": 2000, "currency": "gbp"})
    mine = client.v1.payment_intents.list({"customer": customer.id}).data
    assert [one.id for one in mine] == [intent.id]


def test_refunds(client: stripe.StripeClient) -> None:
    done = client.v1.payment_intents.create(payment("pm_card_visa"))
    part = client.v1.refunds.create({"payment_intent": done.id, "amount": 500, "reason": "requested_by_customer"})
    assert (part.status, part.amount) == ("succeeded", 500)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"payment_intent": done.id, "amount": 1501})
    assert too_much.value.param == "amount"
    rest = client.v1.refunds.create({"charge": str(done.latest_charge)})
    assert rest.amount == 1500
    assert client.v1.charges.retrieve(str(done.latest_charge)).refunds is None
    charge = client.v1.charges.retrieve(str(done.latest_charge), {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 2000)
    assert [refund.id for refund in charge.refunds.data] == [rest.id, part.id]
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"payment_intent": done.id})
    assert again.value.code == "charge_already_refunded"
    assert client.v1.refunds.update(part.id, {"metadata": {"a": "1"}}).metadata["a"] == "1"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.cancel(part.id)


def test_refund_that_takes_time_and_refund_that_fails(pay: Running, client: stripe.StripeClient) -> None:
    slow = client.v1.payment_intents.create(payment("pm_card_refundPending"))
    failing = client.v1.payment_intents.create(payment("pm_card_refundFail"))
    pending = client.v1.refunds.create({"payment_intent": slow.id})
    succeeded = client.v1.refunds.create({"payment_intent": failing.id})
    assert (pending.status, succeeded.status) == ("pending", "succeeded")
    pay.control("clock", advance=10)
    assert client.v1.refunds.retrieve(pending.id).status == "succeeded"
    failed = client.v1.refunds.retrieve(succeeded.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = client.v1.charges.retrieve(str(failing.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (False, 0)


def test_dispute_opened_and_won(pay: Running, client: stripe.StripeClient) -> None:
    done = client.v1.payment_intents.create(payment("pm_card_createDispute"))
    pay.control("clock", advance=10)
    charge = client.v1.charges.retrieve(str(done.latest_charge))
    assert charge.disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": done.id})
    assert refused.value.code == "charge_disputed"
    dispute = client.v1.events.list({"type": "charge.dispute.created"}).data[0].data.object
    pay.control("disputes/close", dispute=dispute.id, outcome="won")
    types = [event.type for event in client.v1.events.list({"type": "charge.dispute.*"}).data]
    assert types[:2] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
