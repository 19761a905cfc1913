"""Application fees: what the platform keeps of a payment to a connected account."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.events import tell
from sandbox.pay.ids import fresh
from sandbox.pay.ledger import enter
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.store import Record
from sandbox.pay.work import Work


def take_fee(work: Work, charge: Record) -> None:
    """Take the charge's fee, from the destination of a destination charge or from the account of a direct one."""
    home = work.at(work.platform)
    destination = charge["transfer_data"]["destination"] if charge["transfer_data"] else work.account
    amount = min(charge["application_fee_amount"], charge["amount_captured"])
    object_id = fresh("fee")
    fee: Record = {
        "id": object_id,
        "object": "application_fee",
        "account": destination,
        "amount": amount,
        "amount_refunded": 0,
        "application": "ca_1Sandbox",
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "fee_source": {"charge": charge["id"], "type": "charge"},
        "livemode": False,
        "originating_transaction": charge["id"] if charge["transfer_data"] else None,
        "refunded": False,
        "refunds": _no_refunds(object_id),
    }
    fee["balance_transaction"] = enter(home, fee, amount, "application_fee")["id"]
    enter(work.at(destination), fee, -amount, "application_fee")
    charge["application_fee"] = object_id
    home.put(fee)
    tell(home, "application_fee.created", fee)


def give_back(work: Work, fee_id: str, amount: int) -> None:
    """Give `amount` of the fee back to the account that paid it, at most what is left."""
    home = work.at(work.platform)
    fee = home.find("application_fee", fee_id)
    amount = min(amount, fee["amount"] - fee["amount_refunded"])
    if amount <= 0:
        return
    fee["amount_refunded"] += amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    refund: Record = {
        "id": fresh("fr"),
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": enter(home, fee, -amount, "application_fee_refund")["id"],
        "created": work.now,
        "currency": fee["currency"],
        "fee": fee_id,
        "metadata": {},
    }
    enter(work.at(fee["account"]), fee, amount, "application_fee_refund")
    fee["refunds"]["data"].insert(0, refund)
    home.put(fee)
    tell(home, "application_fee.refunded", fee)


def _no_refunds(fee_id: str) -> Record:
    return {"object": "list", "data": [], "has_more": False, "url": f"/v1/application_fees/{fee_id}/refunds"}


def retrieve(call: Call) -> Record:
    """Return the fee."""
    return call.work.find("application_fee", call.id)


def index(call: Call) -> Record:
    """List the fees, all or those of one charge."""
    found = call.work.every("application_fee")
    if "charge" in call.params:
        found = [fee for fee in found if fee["charge"] == call.params["charge"]]
    return page(found, call.params, "/v1/application_fees")


ENDPOINTS = (
    endpoint("GET /v1/application_fees", "list:application_fee", index, "charge", *PAGING, *CREATED),
    endpoint("GET /v1/application_fees/<id>", "application_fee", retrieve),
)
