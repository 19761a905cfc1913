"""Every answer has all the members of Stripe's published example object."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox.pay import challenge
from tests.sandbox.pay.forms import RETURN, save, token
from tests.sandbox.pay.service import Running

EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "resources.json").read_text(encoding="utf-8")
)
# What an example shows of other payment types, or of the object that an event happens to be about.
ELSEWHERE = {
    "confirmation_token.payment_method_preview.us_bank_account",
    "mandate.payment_method_details.sepa_debit",
    "event.data.object",
}
ACME = "acct_1SandboxAcme"


def absent(example: Any, answer: Any, name: str) -> Iterator[str]:
    if not isinstance(example, dict) or not isinstance(answer, dict):
        return
    for key, value in example.items():
        below = f"{name}.{key}"
        if below in ELSEWHERE or name.endswith(".metadata"):
            continue
        if key not in answer:
            yield below
        else:
            yield from absent(value, answer[key], below)


@pytest.fixture(scope="module")
def answers(running: Running) -> dict[str, Any]:
    """Return one answer of each kind, out of one story."""
    running.control("reset")
    client = running.client()
    customer = client.v1.customers.create({"name": "Sam"})
    save(running, customer.id)
    intent = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_in",
            "confirm": True,
            "return_url": RETURN,
            "mandate_data": {"customer_acceptance": {"type": "online", "online": {"ip_address": "192.0.2.7"}}},
        }
    )
    payment = client.v1.payment_intents.create(
        {
            "amount": 2000,
            "currency": "gbp",
            "payment_method": "pm_card_createDispute",
            "confirm": True,
            "return_url": RETURN,
            "transfer_data": {"destination": ACME},
            "application_fee_amount": 200,
        }
    )
    running.control("clock", advance=1)
    running.control("clock", advance=5)
    charge = client.v1.charges.retrieve(str(payment.latest_charge))
    transfer = client.v1.transfers.retrieve(str(charge.transfer))
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 1000, "refund_application_fee": True})
    fee = client.v1.application_fees.retrieve(str(charge.application_fee))
    dispute = client.v1.events.list({"type": "charge.dispute.created"}).data[0].data.object
    refunded = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "gbp",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": RETURN,
        }
    )
    endpoint = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["a.b"]})
    asked = {"requested": True}
    seller = client.v1.accounts.create({"capabilities": {"transfers": asked, "card_payments": asked}})
    found = [
        customer,
        client.v1.payment_methods.retrieve(str(intent.payment_method)),
        intent,
        client.v1.setup_attempts.list({"setup_intent": intent.id}).data[0],
        client.v1.mandates.retrieve(str(intent.mandate)),
        client.v1.test_helpers.confirmation_tokens.create({"payment_method": "pm_card_visa"}),
        client.v1.customer_sessions.create(
            {"customer": customer.id, "components": {"payment_element": {"enabled": True}}}
        ),
        payment,
        charge,
        client.v1.balance.retrieve(),
        client.v1.balance_transactions.retrieve(str(charge.balance_transaction)),
        transfer,
        reversal,
        fee,
        dispute,
        fee.refunds.data[0],
        client.v1.refunds.create({"payment_intent": refunded.id}),
        client.v1.events.list().data[0],
        client.v1.webhook_endpoints.retrieve(endpoint.id),
        client.v1.accounts.retrieve(seller.id),
        client.v1.accounts.capabilities.retrieve(seller.id, "transfers"),
        client.v1.account_links.create(
            {"account": seller.id, "refresh_url": RETURN, "return_url": RETURN, "type": "account_onboarding"}
        ),
    ]
    gone = {
        "deleted_webhook_endpoint": client.v1.webhook_endpoints.delete(endpoint.id),
        "deleted_account": client.v1.accounts.delete(seller.id),
        "deleted_customer": client.v1.customers.delete(customer.id),
    }
    return {answer.object: answer for answer in found} | gone


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_all_members_are_there(answers: dict[str, Any], name: str) -> None:
    assert list(absent(EXAMPLES[name], answers[name].to_dict(), name)) == []


def test_the_check_sees_a_member_that_is_absent(answers: dict[str, Any]) -> None:
    answer = answers["payment_method"].to_dict()
    del answer["card"]["checks"]["cvc_check"]
    assert list(absent(EXAMPLES["payment_method"], answer, "payment_method")) == [
        "payment_method.card.checks.cvc_check"
    ]


@pytest.mark.parametrize("name", ["setup_intent", "payment_intent"])
def test_intents_name_their_allowed_types(answers: dict[str, Any], name: str) -> None:
    assert answers[name].allowed_payment_method_types is None


def test_fresh_intents_have_null_where_the_examples_have_placeholders(client: stripe.StripeClient) -> None:
    setup = client.v1.setup_intents.create()
    assert (setup.next_action, setup.last_setup_error, setup.latest_attempt) == (None, None, None)
    payment = client.v1.payment_intents.create({"amount": 100, "currency": "gbp"})
    assert (payment.next_action, payment.last_payment_error, payment.latest_charge) == (None, None, None)
    assert (payment.shipping, payment.processing, payment.transfer_data) == (None, None, None)


def test_no_private_member_leaves(answers: dict[str, Any]) -> None:
    def names(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, below in value.items():
                yield key
                yield from names(below)
        if isinstance(value, list):
            for below in value:
                yield from names(below)

    for answer in answers.values():
        assert [name for name in names(answer.to_dict()) if name.startswith("_")] == []


def test_a_payment_of_a_connected_account_is_a_whole_charge(pay: Running, client: stripe.StripeClient) -> None:
    payment = client.v1.payment_intents.create(
        {
            "amount": 700,
            "currency": "gbp",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": RETURN,
            "capture_method": "automatic",
            "transfer_data": {"destination": ACME},
        }
    )
    charge = client.v1.charges.retrieve(str(payment.latest_charge), {"expand": ["transfer"]})
    there = pay.client(account=ACME).v1.charges.retrieve(str(charge.transfer.destination_payment))
    assert there.id.startswith("py_")
    assert there.amount == 700
    assert set(EXAMPLES["charge"]) <= set(there.to_dict())


def test_windows_are_no_objects_of_the_api(pay: Running, client: stripe.StripeClient) -> None:
    asked = client.v1.setup_intents.create(
        {"payment_method": "pm_card_authenticationRequired", "confirm": True, "return_url": RETURN}
    )
    assert challenge.find(pay.service.state, token(asked)) is not None
    assert pay.raw("GET", f"/v1/windows/{token(asked)}").status_code == 404
