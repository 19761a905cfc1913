"""Money that has arrived: the entry in the books, and what goes on to a connected account."""

from sandbox.pay.cards import BY_NAME
from sandbox.pay.events import tell
from sandbox.pay.fees import take_fee
from sandbox.pay.jobs import later
from sandbox.pay.ledger import enter
from sandbox.pay.store import Record
from sandbox.pay.transfers import make_transfer
from sandbox.pay.work import Work

SETTLES_AFTER = 2
DISPUTED_AFTER = 2


def captured(work: Work, intent: Record, charge: Record) -> None:
    """Settle a captured charge now, or a moment later when its intent captures asynchronously."""
    if intent["capture_method"] == "automatic_async":
        later(work, "settle_charge", charge["id"], SETTLES_AFTER)
    else:
        settle(work, charge)
    card = BY_NAME[work.find("payment_method", charge["payment_method"])["_card"]]
    if card.dispute:
        later(work, "open_dispute", charge["id"], DISPUTED_AFTER)


def settle(work: Work, charge: Record) -> None:
    """Enter the charge in the books and pass on what belongs to a connected account."""
    if charge["balance_transaction"] is not None:
        return
    card = BY_NAME[work.find("payment_method", charge["payment_method"])["_card"]]
    entry = enter(work, charge, charge["amount_captured"], "charge", at_once=card.settles_at_once)
    charge["balance_transaction"] = entry["id"]
    if charge["transfer_data"]:
        make_transfer(work, charge)
    if charge["application_fee_amount"]:
        take_fee(work, charge)
    work.put(charge)


def settle_later(work: Work, charge_id: str) -> None:
    """Settle the charge and tell of it: the end of an asynchronous capture."""
    charge = work.find("charge", charge_id)
    if charge["balance_transaction"] is None:
        settle(work, charge)
        tell(work, "charge.updated", charge, {"balance_transaction": None})
