"""Is every Customer's history whole? For `imin check history`: computes what the database's triggers did, anew.

An entry is missing, in another order, changed, or blanked although its Customer was not erased: each is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connections

from imin.ground.database import role
from imin.payments.history_entry import HistoryEntry, HistoryHead

BEGINNING = "0" * 64
_GUARDS = ("history_append_only", "history_chain", "history_no_truncate")
_STANDING = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'history%' AND tgenabled IN ('O', 'A')"


@dataclass(frozen=True)
class Problem:
    """One thing that shows that a history was touched; no Customer when it is about all of them."""

    what: str
    customer_id: UUID | None = None
    number: int | None = None

    def __str__(self) -> str:
        return f"Customer {self.customer_id}: {self.what}" if self.customer_id else self.what


@dataclass
class Report:
    """What was looked at, and what is wrong."""

    entries: int = 0
    customers: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        found = [
            {"customer": one.customer_id and str(one.customer_id), "entry": one.number, "problem": one.what}
            for one in self.problems
        ]
        return {"well": not found, "entries": self.entries, "customers": self.customers, "problems": found}


def examine(*, broker_id: UUID | None = None, customer_id: UUID | None = None) -> Report:
    """Look at the histories of all Customers, of one Broker's, or of one. As the owner; memory stays flat."""
    report = Report(problems=list(_guards()))
    entries = HistoryEntry.objects.select_related("customer")
    heads = HistoryHead.objects.all()
    if broker_id:
        entries, heads = entries.filter(broker_id=broker_id), heads.filter(broker_id=broker_id)
    if customer_id:
        entries, heads = entries.filter(customer_id=customer_id), heads.filter(customer_id=customer_id)
    known = heads.values_list("customer_id", "number", "hash").order_by("customer_id").iterator()
    head = next(known, None)
    rows = entries.order_by("customer_id", "number", "id").iterator(chunk_size=2000)
    for whose, history in groupby(rows, key=lambda entry: entry.customer_id):
        while head and head[0] < whose:
            report.problems.append(_nothing_left(*head[:2]))
            head = next(known, None)
        mine, head = (head, next(known, None)) if head and head[0] == whose else (None, head)
        report.customers += 1
        _follow(whose, history, mine[1:] if mine else None, report)
    while head:
        report.problems.append(_nothing_left(*head[:2]))
        head = next(known, None)
    return report


def digest_of(entry: HistoryEntry) -> str:
    """Return the digest of an entry's details."""
    return sha256(f"{entry.salt}\n{entry.details}".encode()).hexdigest()


def hash_of(entry: HistoryEntry) -> str:
    """Return an entry's hash, over the one before and all that is not personal."""
    chained = (
        entry.previous,
        entry.customer_id,
        entry.number,
        moment(entry.at),
        entry.card_id or "-",
        entry.event,
        entry.by_whom,
        entry.digest,
    )
    return sha256("\n".join(map(str, chained)).encode()).hexdigest()


def moment(at: datetime) -> str:
    """Return a time as the chain and the exports write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _follow(customer_id: UUID, history: Iterator[HistoryEntry], head: tuple[int, str] | None, report: Report) -> None:
    number, last = 0, BEGINNING
    for entry in history:
        report.entries += 1
        report.problems += [Problem(what, customer_id, entry.number) for what in _wrong(entry, number, last)]
        number, last = entry.number, entry.hash
    if head is None:
        report.problems.append(Problem("What the newest entry was is not known any more.", customer_id))
    elif head != (number, last):
        what = f"The newest entry was {head[0]}; it is missing or was replaced."
        report.problems.append(Problem(what, customer_id, head[0]))


def _wrong(entry: HistoryEntry, number: int, last: str) -> Iterator[str]:
    if entry.number > number + 1:
        missing = range(number + 1, entry.number)
        yield (
            f"Entry {missing[0]} is missing."
            if len(missing) == 1
            else f"Entries {missing[0]} to {missing[-1]} are missing."
        )
    elif entry.number <= number:
        yield f"Entry {entry.number} is there twice."
    elif entry.previous != last:
        yield f"Entry {entry.number} does not follow entry {number}: one of them was replaced, or moved."
    if entry.hash != hash_of(entry):
        yield f"Entry {entry.number} was changed."
    if entry.blanked_at is None and entry.digest != digest_of(entry):
        yield f"The details of entry {entry.number} were changed."
    if entry.blanked_at and (entry.details or entry.salt or entry.customer.erased_at is None):
        yield f"The details of entry {entry.number} were blanked although its Customer was not erased."


def _nothing_left(customer_id: UUID, number: int) -> Problem:
    return Problem(f"All {number} entries are missing.", customer_id)


def _guards() -> Iterator[Problem]:
    with connections[role()].cursor() as cursor:
        cursor.execute(_STANDING)
        standing = {name for (name,) in cursor.fetchall()}
    for name in sorted(set(_GUARDS) - standing):
        yield Problem(f"The trigger {name} is missing or switched off: entries may be missing or changed since.")
