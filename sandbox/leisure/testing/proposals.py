"""What a seller says to a proposal: yes, no, or yes to something else."""

from collections.abc import Callable
from datetime import datetime

from psycopg.rows import DictRow

from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.propose import ACCEPTED, AWAITING, decide, version
from sandbox.leisure.store import Work

REJECTED = "SellerRejected"


def accept(work: Work, row: DictRow, now: datetime) -> None:
    """Let it be booked."""
    _open(row)
    decide(work, row, status=ACCEPTED, now=now)


def amend(work: Work, row: DictRow, now: datetime) -> None:
    """Make a new version, which the customer has to agree to: the one before can no longer be booked."""
    _open(row)
    number = int(row["proposal_version"].rpartition("/")[2])
    decide(work, row, status=AWAITING, now=now, version=version(row["uuid"], number + 1))


def reject(work: Work, row: DictRow, now: datetime) -> None:
    """Decline it."""
    _open(row)
    decide(work, row, status=REJECTED, now=now)


PROPOSAL_ACTIONS: dict[str, Callable[[Work, DictRow, datetime], None]] = {
    "SellerAcceptOrderProposal": accept,
    "SellerAmendOrderProposal": amend,
    "SellerRejectOrderProposal": reject,
}


def _open(row: DictRow) -> None:
    if row["proposal_status"] not in (AWAITING, ACCEPTED):
        raise OpenBookingError("UnexpectedOrderTypeError", "The proposal was rejected.")
