"""Money that goes back: refunds of captured charges, and the release of authorised ones."""

from typing import Any

from sandbox.pay.cards import BY_NAME
from sandbox.pay.errors import refused
from sandbox.pay.events import tell
from sandbox.pay.fees import give_back
from sandbox.pay.ids import fresh
from sandbox.pay.jobs import later
from sandbox.pay.ledger import enter
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.transfers import reverse
from sandbox.pay.work import Work

TURNS_AFTER = 3


def refund(work: Work, charge: Record, params: dict[str, Any]) -> Record:
    """Give back all that is left of the charge, or `amount`; raise a 400 when there is not that much."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0 and charge["captured"]:
        raise refused("The charge has been refunded already.", code="charge_already_refunded")
    if not charge["captured"] or charge["status"] != "succeeded":
        raise refused("Nothing was captured, so there is nothing to refund; cancel the PaymentIntent instead.")
    if charge["disputed"]:
        raise refused("The charge is disputed and cannot be refunded.", code="charge_disputed")
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        raise refused("The amount is more than is left of the charge, or nothing.", param="amount")
    record = _blank(work, charge, amount, params)
    _pass_back(work, charge, record, params)
    record["balance_transaction"] = enter(work, record, -amount, "refund")["id"]
    _count(work, charge, amount)
    work.put(record)
    tell(work, "refund.created", record)
    tell(work, "charge.refunded", charge)
    if record["_turns_to"]:
        later(work, "turn_refund", record["id"], TURNS_AFTER)
    return record


def _pass_back(work: Work, charge: Record, record: Record, params: dict[str, Any]) -> None:
    """Take the seller's and the platform's shares back in proportion, where the caller asks for it."""
    amount, whole = record["amount"], charge["amount_captured"]
    if params.get("reverse_transfer"):
        if not charge["transfer"]:
            raise refused("The charge has no transfer to reverse.", param="reverse_transfer")
        transfer = work.find("transfer", charge["transfer"])
        share = min(transfer["amount"] * amount // whole, transfer["amount"] - transfer["amount_reversed"])
        reversal = reverse(work, transfer, share, source_refund=record["id"])
        record["transfer_reversal"] = reversal["id"]
    if params.get("refund_application_fee"):
        if not charge["application_fee"]:
            raise refused("The charge has no application fee to refund.", param="refund_application_fee")
        fee = min(charge["application_fee_amount"], whole)
        give_back(work, charge["application_fee"], fee * amount // whole)


def release(work: Work, charge: Record, *, expired: bool) -> None:
    """Let authorised money go: the charge counts as refunded, though nothing had been taken."""
    reason = "expired_uncaptured_charge" if expired else None
    record = _blank(work, charge, charge["amount"], {"reason": reason})
    record.update(status="succeeded", _turns_to=None)
    charge.update(refunded=True, amount_refunded=charge["amount"])
    work.put(record)
    work.put(charge)
    if expired:
        tell(work, "charge.expired", charge)
    else:
        tell(work, "charge.refunded", charge)


def turn(work: Work, refund_id: str) -> None:
    """Bring a refund to the end that its test card foresees."""
    record = work.find("refund", refund_id)
    if record["_turns_to"] == "succeeded":
        finish(work, record)
    elif record["_turns_to"] == "failed":
        give_up(work, record)


def finish(work: Work, record: Record) -> None:
    """End a pending refund well."""
    before = {"status": record["status"]}
    record.update(status="succeeded", pending_reason=None, _turns_to=None)
    work.put(record)
    tell(work, "refund.updated", record, before)
    tell(work, "charge.refund.updated", record, before)


def give_up(work: Work, record: Record) -> None:
    """Let a refund fail: the money is ours again."""
    before = {"status": record["status"]}
    record.update(status="failed", failure_reason="expired_or_canceled_card", pending_reason=None, _turns_to=None)
    entry = enter(work, record, record["amount"], "refund_failure")
    record["failure_balance_transaction"] = entry["id"]
    work.put(record)
    _count(work, work.find("charge", record["charge"]), -record["amount"])
    tell(work, "refund.failed", record)
    tell(work, "charge.refund.updated", record, before)


def _count(work: Work, charge: Record, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    work.put(charge)


def _blank(work: Work, charge: Record, amount: int, params: dict[str, Any]) -> Record:
    foreseen = BY_NAME[work.find("payment_method", charge["payment_method"])["_card"]].refund
    pending = foreseen == "pending"
    return {
        "id": fresh("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {"card": {"type": "pending" if pending else "refund"}, "type": "card"},
        "failure_balance_transaction": None,
        "failure_reason": None,
        "metadata": merged({}, params),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if pending else None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
        "_turns_to": {"pending": "succeeded", "fails": "failed"}.get(foreseen),
    }
