"""Disputes: the cardholder's bank takes a payment back, and perhaps returns it. Nobody sends evidence here."""

from sandbox.pay.events import tell
from sandbox.pay.ids import fresh
from sandbox.pay.ledger import enter
from sandbox.pay.store import Record
from sandbox.pay.work import Work

_ANSWER_WITHIN = 9 * 24 * 60 * 60
_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def open_dispute(work: Work, charge_id: str) -> None:
    """Open a dispute over the charge and take its money back."""
    charge = work.find("charge", charge_id)
    if charge["disputed"]:
        return
    entry = enter(work, charge, -charge["amount_captured"], "adjustment")
    dispute = work.put(_blank(work, charge, entry))
    charge["disputed"] = True
    work.put(charge)
    tell(work, "charge.dispute.created", dispute)
    tell(work, "charge.dispute.funds_withdrawn", dispute)


def _blank(work: Work, charge: Record, entry: Record) -> Record:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "id": fresh("dp"),
        "object": "dispute",
        "amount": charge["amount_captured"],
        "balance_transactions": [entry],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": work.now + _ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": brand, "case_type": "chargeback", "network": brand, "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": "fraudulent",
        "status": "needs_response",
    }


def close_dispute(work: Work, dispute_id: str, *, won: bool) -> None:
    """Close the dispute; when it is won the money comes back."""
    dispute = work.find("dispute", dispute_id)
    charge = work.find("charge", dispute["charge"])
    before = {"status": dispute["status"]}
    dispute["status"] = "won" if won else "lost"
    if won:
        dispute["balance_transactions"].append(enter(work, charge, dispute["amount"], "adjustment"))
    work.put(dispute)
    tell(work, "charge.dispute.updated", dispute, before)
    tell(work, "charge.dispute.closed", dispute)
    if won:
        tell(work, "charge.dispute.funds_reinstated", dispute)
