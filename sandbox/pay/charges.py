"""Charges: one for each time that a bank was asked for money."""

from typing import Any

from sandbox.pay import issuer
from sandbox.pay.call import Call, endpoint
from sandbox.pay.cards import BY_NAME, Card, Decline
from sandbox.pay.ids import fresh
from sandbox.pay.issuer import Verdict
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.work import Work

_DAY = 24 * 60 * 60
AUTHORISATION = 7 * _DAY
MERCHANT_INITIATED_VISA = 4 * _DAY + 18 * 60 * 60
_FROM_METHOD = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
_FROM_INTENT = (
    "amount",
    "application_fee_amount",
    "currency",
    "customer",
    "description",
    "on_behalf_of",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
_EMPTY = (
    *_FROM_INTENT,
    "application",
    "application_fee",
    "balance_transaction",
    "billing_details",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "outcome",
    "payment_intent",
    "payment_method",
    "payment_method_details",
    "receipt_number",
    "receipt_url",
    "refunds",
    "review",
    "source",
    "source_transfer",
    "transfer",
    "transfer_data",
)


def record_charge(work: Work, intent: Record, method: Record, verdict: Verdict) -> Record:
    """Keep and return the charge that this answer of the bank made: paid, authorised or failed."""
    card = BY_NAME[method["_card"]]
    declined = verdict.decline
    captured = declined is None and intent["capture_method"] != "manual"
    charge = _blank(work, intent, method)
    charge.update(
        amount_captured=intent["amount"] if captured else 0,
        captured=captured,
        paid=declined is None,
        status="failed" if declined else "succeeded",
        outcome=_outcome(card, declined),
    )
    charge["payment_method_details"]["card"]["three_d_secure"] = verdict.three_d_secure
    if declined:
        charge.update(failure_code=declined.code, failure_message=issuer.error(declined)["message"])
    elif not captured:
        charge["payment_method_details"]["card"]["capture_before"] = _capture_before(work.now, intent, card)
    intent["latest_charge"] = charge["id"]
    return work.put(charge)


def _capture_before(now: int, intent: Record, card: Card) -> int:
    by_merchant = bool(intent["_off_session"]) and card.brand == "visa"
    return now + (MERCHANT_INITIATED_VISA if by_merchant else AUTHORISATION)


def _outcome(card: Card, declined: Decline | None) -> Record:
    blocked = card.blocked
    refusal = "blocked" if blocked else "issuer_declined"
    reason = (declined.decline_code or declined.code) if declined else None
    return {
        "advice_code": issuer.error(declined)["advice_code"] if declined else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": _network_status(declined, blocked=blocked),
        "reason": "rule" if blocked else reason,
        "risk_level": "highest" if blocked else card.risk,
        "risk_score": {"normal": 10, "elevated": 68, "highest": 90}["highest" if blocked else card.risk],
        "rule": None,
        "seller_message": "Payment complete." if not declined else "The payment did not go through.",
        "type": refusal if declined else "authorized",
    }


def _network_status(declined: Decline | None, *, blocked: bool) -> str:
    if blocked:
        return "not_sent_to_network"
    return "declined_by_network" if declined else "approved_by_network"


def _blank(work: Work, intent: Record, method: Record) -> Record:
    return {
        **empty(fresh("ch"), work.now),
        **{name: intent[name] for name in _FROM_INTENT},
        "billing_details": method["billing_details"],
        "metadata": {**intent["metadata"]},
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card(intent, method), "type": "card"},
        "transfer_data": intent["transfer_data"],
    }


def empty(object_id: str, now: int) -> Record:
    """Return a charge with all its members and nothing in them."""
    return {
        **dict.fromkeys(_EMPTY),
        "id": object_id,
        "object": "charge",
        "amount_refunded": 0,
        "calculated_statement_descriptor": "SANDBOX",
        "created": now,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "refunded": False,
    }


def _card(intent: Record, method: Record) -> dict[str, Any]:
    unavailable = {"status": "unavailable"}
    return {
        **{name: method["card"][name] for name in _FROM_METHOD},
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "capture_before": None,
        "checks": method["card"]["checks"],
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": unavailable,
        "installments": None,
        "mandate": None,
        "multicapture": unavailable,
        "network": method["card"]["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "transaction_link_id": None,
    }


def retrieve(call: Call) -> Record:
    """Return the charge."""
    return call.work.find("charge", call.id)


def update(call: Call) -> Record:
    """Change description or metadata."""
    charge = call.work.find("charge", call.id)
    if "description" in call.params:
        charge["description"] = call.params["description"]
    charge["metadata"] = merged(charge["metadata"], call.params)
    return call.work.put(charge)


def index(call: Call) -> Record:
    """List charges, all or those of a customer or PaymentIntent."""
    found = call.work.every("charge")
    for name in ("customer", "payment_intent"):
        if name in call.params:
            found = [charge for charge in found if charge[name] == call.params[name]]
    return page(found, call.params, "/v1/charges")


ENDPOINTS = (
    endpoint("GET /v1/charges", "list:charge", index, "customer", "payment_intent", *PAGING, *CREATED),
    endpoint("GET /v1/charges/<id>", "charge", retrieve),
    endpoint("POST /v1/charges/<id>", "charge", update, "description", "metadata[*]"),
)
