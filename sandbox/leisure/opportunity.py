"""What can be booked, and the parents that describe it: rows, addresses and offers."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.rows import DictRow

from sandbox.leisure.money import pence, priced
from sandbox.leisure.store import Work
from sandbox.leisure.wire import OWN, Document

PATHS = {
    "SessionSeries": "session-series",
    "ScheduledSession": "scheduled-sessions",
    "FacilityUse": "facility-uses",
    "Slot": "slots",
    "CourseInstance": "courses",
    "HeadlineEvent": "headline-events",
    "Event": "events",
    "OnDemandEvent": "on-demand-events",
}
PARENTS = ("SessionSeries", "FacilityUse")
_KINDS = {path: kind for kind, path in PATHS.items()}
_ADDRESS = re.compile(rf"{OWN}id/([a-z-]+)/(\d{{1,18}})")
_OFFER = re.compile(rf"{OWN}id/[a-z-]+/\d{{1,18}}#/offers/\d+")
COLUMNS = (
    "id, kind, parent, unit, seller, dataset, starts, ends, capacity, remaining, pence, cancelled, data, removed,"
    " modified"
)
ONE_HIRE = {"@type": "Offer", "name": "Hire", "allowCustomerCancellationFullRefund": True}


@dataclass
class Opportunity:
    """One row of the table; `above` is its parent's row, when that was read too."""

    id: int
    kind: str
    parent: int | None
    unit: int | None
    seller: int
    dataset: str | None
    starts: datetime | None
    ends: datetime | None
    capacity: int | None
    remaining: int | None
    pence: int | None
    cancelled: bool
    data: Document
    removed: datetime | None
    modified: int
    above: "Opportunity | None" = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Return its `@id`."""
        return address(self.kind, self.id)

    @property
    def offers(self) -> list[Document]:
        """Return its own offers; those of its SessionSeries, or of the event it is part of, where it has none."""
        if "offers" in self.data:
            offers: list[Document] = self.data["offers"]
            return offers
        if self.pence is not None:
            return [{**ONE_HIRE, "@id": f"{self.address}#/offers/0", **priced(self.pence)}]
        return self.above.offers if self.above else []

    def offer(self, id_: str) -> Document | None:
        """Return the offer whose `@id` is `id_`."""
        return next((offer for offer in self.offers if offer["@id"] == id_), None)


def address(kind: str, number: int) -> str:
    """Return the `@id` of an opportunity."""
    return f"{OWN}id/{PATHS[kind]}/{number}"


def unit_address(facility: str, unit: int) -> str:
    """Return the `@id` of one IndividualFacilityUse of the FacilityUse whose `@id` is `facility`."""
    return f"{facility}/individual-facility-uses/{unit}"


def price(offer: Document) -> int:
    """Return what `offer` costs, in pence."""
    return pence(offer["price"]) or 0


def number(id_: str) -> tuple[str, int] | None:
    """Return kind and number of the opportunity whose `@id` is `id_`; None when this system never gave it."""
    found = _ADDRESS.fullmatch(id_)
    kind = found and _KINDS.get(found[1])
    return (kind, int(found[2])) if found and kind else None


def is_offer(id_: str) -> bool:
    """Say whether this system gives such ids to offers."""
    return bool(_OFFER.fullmatch(id_))


def read(work: Work, numbers: Iterable[int], *, lock: bool = False) -> dict[int, Opportunity]:
    """Return the rows `numbers`, and their parents' on them; with `lock` they stay as they are until the commit."""
    query = f"SELECT {COLUMNS} FROM opportunity WHERE id = ANY(%s) ORDER BY id"  # noqa: S608 our own columns
    rows = work.execute((query + (" FOR UPDATE" if lock else "")).encode(), [sorted(set(numbers))]).fetchall()
    found = {row["id"]: from_row(row) for row in rows}
    add_parents(work, found.values())
    return found


def add_parents(work: Work, children: Collection[Opportunity]) -> None:
    """Read the parents of `children` that have one."""
    numbers = sorted({one.parent for one in children if one.parent})
    if not numbers:
        return
    rows = work.execute(f"SELECT {COLUMNS} FROM opportunity WHERE id = ANY(%s)".encode(), [numbers])  # noqa: S608
    above = {row["id"]: from_row(row) for row in rows}
    for one in children:
        one.above = above.get(one.parent or 0)


def from_row(row: DictRow) -> Opportunity:
    """Return the opportunity that a row with `COLUMNS` describes."""
    return Opportunity(**{**row, "data": row["data"] or {}})
