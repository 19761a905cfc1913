"""What a seller says to a proposal: yes, no, or yes to something else."""

from collections.abc import Callable
from datetime import datetime

from psycopg.rows import DictRow

from sandbox.leisure import orders
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.money import priced
from sandbox.leisure.propose import ACCEPTED, AWAITING, decide, version
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.store import Work

REJECTED = "SellerRejected"
NOTE = "We can offer you this instead."


def accept(work: Work, row: DictRow, now: datetime) -> None:
    """Let it be booked."""
    _open(row)
    decide(work, row, status=ACCEPTED, now=now)


def amend(work: Work, row: DictRow, now: datetime) -> None:
    """Make a new version at a tenth less, which the customer has to agree to: the one before cannot be booked any more.

    What is free stays so, and its new version brings the note alone.
    """
    _open(row)
    for item in orders.items(work, (row["partner"], row["uuid"])):
        _make_cheaper(work, item, net=SELLERS[row["seller"]].tax_mode == "TaxNet")
    number = int(row["proposal_version"].rpartition("/")[2])
    newer = {"proposal_version": version(row["uuid"], number + 1), "seller_note": NOTE}
    decide(work, row, status=AWAITING, now=now, newer=newer)


def reject(work: Work, row: DictRow, now: datetime) -> None:
    """Decline it."""
    _open(row)
    decide(work, row, status=REJECTED, now=now)


PROPOSAL_ACTIONS: dict[str, Callable[[Work, DictRow, datetime], None]] = {
    "SellerAcceptOrderProposal": accept,
    "SellerAmendOrderProposal": amend,
    "SellerRejectOrderProposal": reject,
}


def _make_cheaper(work: Work, item: DictRow, *, net: bool) -> None:
    pence = item["pence"]
    less = max(pence * 9 // 10, min(pence, 1))  # what costs something never becomes free: its payment is under way
    orders.reprice(work, item, {**item["data"]["acceptedOffer"], **priced(less)}, net=net)


def _open(row: DictRow) -> None:
    if row["proposal_status"] not in (AWAITING, ACCEPTED):
        raise OpenBookingError("UnexpectedOrderTypeError", "The proposal was rejected.")
