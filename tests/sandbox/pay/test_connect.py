from typing import Any

import pytest
import stripe

from tests.sandbox.pay.forms import RETURN, save
from tests.sandbox.pay.service import Running

ACME = "acct_1SandboxAcme"


def destination_charge(client: stripe.StripeClient, **params: Any) -> stripe.Charge:
    """Return the settled charge of £20 of which £2 are the platform's."""
    sent: Any = {
        "amount": 2000,
        "currency": "gbp",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": RETURN,
        "capture_method": "automatic",
        "transfer_data": {"destination": ACME},
        "on_behalf_of": ACME,
        "application_fee_amount": 200,
        **params,
    }
    intent = client.v1.payment_intents.create(sent)
    return client.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["transfer", "application_fee"]})


def test_destination_charge(pay: Running, client: stripe.StripeClient) -> None:
    charge = destination_charge(client)
    assert (charge.transfer.amount, charge.transfer.destination) == (2000, ACME)
    assert (charge.application_fee.amount, charge.application_fee.account) == (200, ACME)
    there = pay.client(account=ACME).v1.charges.list().data
    assert [payment.id for payment in there] == [charge.transfer.destination_payment]
    fees = client.v1.application_fees.list({"charge": charge.id}).data
    assert [fee.id for fee in fees] == [charge.application_fee.id]


def test_transfer_of_a_named_amount(client: stripe.StripeClient) -> None:
    charge = destination_charge(client, application_fee_amount="", transfer_data={"destination": ACME, "amount": 1700})
    assert charge.transfer.amount == 1700
    assert charge.application_fee is None


def test_refund_leaves_the_seller_alone_unless_asked(client: stripe.StripeClient) -> None:
    charge = destination_charge(client)
    client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    kept = client.v1.transfers.retrieve(charge.transfer.id)
    assert (kept.amount_reversed, kept.reversed) == (0, False)
    refund = client.v1.refunds.create(
        {"charge": charge.id, "amount": 500, "reverse_transfer": True, "refund_application_fee": True}
    )
    transfer = client.v1.transfers.retrieve(charge.transfer.id)
    assert transfer.amount_reversed == 500
    assert client.v1.application_fees.retrieve(charge.application_fee.id).amount_refunded == 50
    assert client.v1.transfers.reversals.list(transfer.id).data[0].id == refund.transfer_reversal


def test_reversals(client: stripe.StripeClient) -> None:
    charge = destination_charge(client)
    client.v1.transfers.reversals.create(charge.transfer.id, {"amount": 500})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.create(charge.transfer.id, {"amount": 1501})
    with pytest.raises(stripe.InvalidRequestError) as empty:
        client.v1.transfers.reversals.create(charge.transfer.id)  # the fee has left the account already
    assert empty.value.code == "balance_insufficient"
    client.v1.transfers.reversals.create(charge.transfer.id, {"amount": 1300, "refund_application_fee": True})
    client.v1.transfers.reversals.create(charge.transfer.id, {"amount": 100})
    transfer = client.v1.transfers.retrieve(charge.transfer.id)
    assert (transfer.amount_reversed, transfer.reversed) == (1900, False)
    types = [event.type for event in client.v1.events.list({"limit": 100}).data]
    assert types.count("transfer.reversed") == 3
    assert types.count("application_fee.refunded") == 1


def test_direct_charge_with_a_fee(pay: Running, client: stripe.StripeClient) -> None:
    there = pay.client(account=ACME)
    params: Any = {
        "amount": 1000,
        "currency": "gbp",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": RETURN,
        "capture_method": "automatic",
        "application_fee_amount": 100,
    }
    intent = there.v1.payment_intents.create(params)
    charge = there.v1.charges.retrieve(str(intent.latest_charge))
    fee = client.v1.application_fees.retrieve(str(charge.application_fee))
    assert (fee.amount, fee.account) == (100, ACME)


def test_transfers_need_money_and_a_ready_account(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.transfers.create({"amount": 500, "currency": "gbp", "destination": ACME})
    assert poor.value.code == "balance_insufficient"
    charge = destination_charge(client, transfer_data="", application_fee_amount="", on_behalf_of="")
    made = client.v1.transfers.create(
        {"amount": 500, "currency": "gbp", "destination": ACME, "source_transaction": charge.id}
    )
    assert client.v1.transfers.list({"destination": ACME}).data[0].id == made.id
    fresh = client.v1.accounts.create({"capabilities": {"transfers": {"requested": True}}})
    for params in ({"destination": fresh.id}, {"destination": "acct_1Nobody"}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.transfers.create({"amount": 500, "currency": "gbp", **params})
        assert refused.value.param == "destination"


def test_onboarding(pay: Running, client: stripe.StripeClient) -> None:
    seller = client.v1.accounts.create(
        {
            "country": "GB",
            "email": "seller@example.com",
            "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
            "controller": {"stripe_dashboard": {"type": "express"}},
        }
    )
    assert (seller.charges_enabled, seller.details_submitted) == (False, False)
    assert seller.requirements.currently_due
    link = client.v1.account_links.create(
        {
            "account": seller.id,
            "refresh_url": "http://platform.example/again",
            "return_url": "http://platform.example/back",
            "type": "account_onboarding",
        }
    )
    assert pay.session.get(link.url, timeout=30).status_code == 200
    again = pay.session.get(link.url, timeout=30, allow_redirects=False)
    assert again.headers["Location"] == "http://platform.example/again"
    left = pay.session.post(link.url, data={"outcome": "submit"}, timeout=30, allow_redirects=False)
    assert left.headers["Location"] == "http://platform.example/back"
    pending = client.v1.accounts.retrieve(seller.id)
    assert pending.details_submitted
    assert pending.requirements.disabled_reason == "requirements.pending_verification"
    pay.control("clock", advance=10)
    ready = client.v1.accounts.retrieve(seller.id)
    assert (ready.charges_enabled, ready.payouts_enabled) == (True, True)
    assert ready.capabilities.transfers == "active"
    assert client.v1.accounts.capabilities.list(seller.id).data[0].status == "active"
    pay.control("accounts", account=seller.id, outcome="restricted")
    fallen = client.v1.accounts.retrieve(seller.id)
    assert (fallen.charges_enabled, fallen.requirements.disabled_reason) == (False, "requirements.past_due")
    types = [event.type for event in pay.client(account=seller.id).v1.events.list({"limit": 100}).data]
    assert types.count("account.updated") == 3
    assert types.count("capability.updated") == 4


def test_link_runs_out(pay: Running, client: stripe.StripeClient) -> None:
    link = client.v1.account_links.create(
        {"account": ACME, "refresh_url": RETURN, "return_url": RETURN, "type": "account_update"}
    )
    pay.control("clock", advance=301)
    assert pay.session.get(link.url, timeout=30, allow_redirects=False).headers["Location"] == RETURN
    assert pay.session.get(f"{link.url}x", timeout=30).status_code == 404


def test_accounts_come_and_go(client: stripe.StripeClient) -> None:
    made = client.v1.accounts.create({"email": "seller@example.com"})
    changed = client.v1.accounts.update(made.id, {"business_profile": {"url": "http://seller.example"}})
    assert changed.business_profile.url == "http://seller.example"
    assert made.id in [account.id for account in client.v1.accounts.list().data]
    assert client.v1.accounts.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.accounts.retrieve(made.id)


def test_a_card_saved_at_the_platform_pays_any_seller(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    charge = destination_charge(client, customer=customer.id, payment_method=method)
    assert charge.transfer.destination == ACME
    assert client.v1.payment_methods.retrieve(method).customer == customer.id
