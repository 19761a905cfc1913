"""Transfers: money of the platform that goes on to a connected account, and comes back."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.charges import empty
from sandbox.pay.errors import invalid, refused
from sandbox.pay.events import tell
from sandbox.pay.fees import give_back
from sandbox.pay.ids import fresh
from sandbox.pay.ledger import balance, enter
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.work import Work


def check_destination(work: Work, account_id: str, *, param: str) -> None:
    """Raise a 400 for an account that is not connected or may not receive transfers yet."""
    account = work.at(work.platform).find("account", account_id, param=param)
    if account["capabilities"].get("transfers") != "active":
        message = "The destination account needs the transfers capability, and it is not active."
        raise refused(message, code="transfers_not_allowed", param=param)


def make_transfer(work: Work, charge: Record) -> None:
    """Pass a destination charge on: wholly, or the part that `transfer_data[amount]` names."""
    data = charge["transfer_data"]
    amount = charge["amount_captured"] if data["amount"] is None else min(data["amount"], charge["amount_captured"])
    transfer = _transfer(work, amount, charge["currency"], data["destination"])
    transfer.update(
        source_transaction=charge["id"], transfer_group=charge["transfer_group"] or f"group_{charge['payment_intent']}"
    )
    work.put(transfer)
    charge["transfer"] = transfer["id"]
    tell(work, "transfer.created", transfer)


def _transfer(work: Work, amount: int, currency: str, destination: str) -> Record:
    object_id = fresh("tr")
    transfer: Record = {
        "id": object_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": work.now,
        "currency": currency,
        "description": None,
        "destination": destination,
        "destination_payment": None,
        "livemode": False,
        "metadata": {},
        "reversals": {"object": "list", "data": [], "has_more": False, "url": f"/v1/transfers/{object_id}/reversals"},
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": None,
    }
    transfer["balance_transaction"] = enter(work, transfer, -amount, "transfer")["id"]
    transfer["destination_payment"] = _arrive(work.at(destination), transfer)
    return work.put(transfer)


def _arrive(there: Work, transfer: Record) -> str:
    amount = transfer["amount"]
    payment = empty(fresh("py"), there.now)
    payment.update(
        amount=amount,
        amount_captured=amount,
        captured=True,
        currency=transfer["currency"],
        paid=True,
        source_transfer=transfer["id"],
        status="succeeded",
    )
    payment["balance_transaction"] = enter(there, payment, transfer["amount"], "payment")["id"]
    there.put(payment)
    tell(there, "payment.created", payment)
    return str(payment["id"])


def reverse(work: Work, transfer: Record, amount: int, *, source_refund: str | None = None) -> Record:
    """Bring `amount` back from the destination; raise a 400 when that much is not there."""
    if not 0 < amount <= transfer["amount"] - transfer["amount_reversed"]:
        raise refused("That is more than is left of the transfer.", param="amount")
    there = work.at(transfer["destination"])
    if balance(there, transfer["currency"]) < amount:
        raise refused("The destination account does not have that much.", code="balance_insufficient", param="amount")
    enter(there, transfer, -amount, "payment_refund")
    reversal: Record = {
        "id": fresh("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": enter(work, transfer, amount, "transfer_refund")["id"],
        "created": work.now,
        "currency": transfer["currency"],
        "destination_payment_refund": fresh("pyr"),
        "metadata": {},
        "source_refund": source_refund,
        "transfer": transfer["id"],
    }
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    work.put(reversal)
    work.put(transfer)
    tell(work, "transfer.reversed", transfer)
    return reversal


def create(call: Call) -> Record:
    """Send money of the platform to a connected account."""
    work, params = call.work, call.params
    if params["amount"] <= 0:
        raise invalid("amount is a positive number.", param="amount")
    check_destination(work, params["destination"], param="destination")
    if "source_transaction" in params:
        work.find("charge", params["source_transaction"], param="source_transaction")
    elif balance(work, params["currency"].lower()) < params["amount"]:
        raise refused("The platform's balance does not have that much.", code="balance_insufficient", param="amount")
    transfer = _transfer(work, params["amount"], params["currency"].lower(), params["destination"])
    for name in ("description", "source_transaction", "transfer_group"):
        transfer[name] = params.get(name)
    transfer["metadata"] = merged({}, params)
    tell(work, "transfer.created", transfer)
    return work.put(transfer)


def retrieve(call: Call) -> Record:
    """Return the transfer."""
    return call.work.find("transfer", call.id)


def index(call: Call) -> Record:
    """List transfers, all or those of a destination or group."""
    found = call.work.every("transfer")
    for name in ("destination", "transfer_group"):
        if name in call.params:
            found = [transfer for transfer in found if transfer[name] == call.params[name]]
    return page(found, call.params, "/v1/transfers")


def create_reversal(call: Call) -> Record:
    """Bring a transfer back, wholly or in part, and its fee in proportion when asked to."""
    work, params = call.work, call.params
    transfer = work.find("transfer", call.id)
    amount = params.get("amount", transfer["amount"] - transfer["amount_reversed"])
    reversal = reverse(work, transfer, amount)
    reversal["metadata"] = merged({}, params)
    charge = work.look("charge", transfer["source_transaction"] or "")
    if params.get("refund_application_fee") and charge and charge["application_fee"]:
        give_back(work, charge["application_fee"], charge["application_fee_amount"] * amount // transfer["amount"])
    return work.put(reversal)


def reversals(call: Call) -> Record:
    """List the reversals of one transfer."""
    call.work.find("transfer", call.id)
    found = [reversal for reversal in call.work.every("transfer_reversal") if reversal["transfer"] == call.id]
    return page(found, call.params, f"/v1/transfers/{call.id}/reversals")


ENDPOINTS = (
    endpoint(
        "POST /v1/transfers",
        "transfer",
        create,
        "amount:int!",
        "currency!",
        "destination!",
        "description",
        "metadata[*]",
        "source_transaction",
        "transfer_group",
    ),
    endpoint("GET /v1/transfers", "list:transfer", index, "destination", "transfer_group", *PAGING, *CREATED),
    endpoint("GET /v1/transfers/<id>", "transfer", retrieve),
    endpoint(
        "POST /v1/transfers/<id>/reversals",
        "transfer_reversal",
        create_reversal,
        "amount:int",
        "description",
        "metadata[*]",
        "refund_application_fee:bool",
    ),
    endpoint("GET /v1/transfers/<id>/reversals", "list:transfer_reversal", reversals, *PAGING),
)
