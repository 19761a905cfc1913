"""Places: how many are left for one customer, holding them by a lease, and taking them for good.

`opportunity.remaining` is the one truth: capacity less bookings less leases, as the open feed shows it. It is changed
only while its row is locked, rows are locked in the order of their ids, and the table refuses a number below nought.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sandbox.leisure import opportunity
from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.store import Work

OrderKey = tuple[str, UUID]  # booking partner and UUID


@dataclass
class Places:
    """The locked opportunities of one Order, and who holds how many places of them."""

    key: OrderKey
    rows: dict[int, Opportunity]
    own: Counter[int]
    others: Counter[int]

    def free(self, number: int) -> int | None:
        """Return how many places this Order may still have, those that it holds among them; None: any number."""
        left = self.rows[number].remaining
        return None if left is None else left + self.own[number]


def lock(work: Work, key: OrderKey, numbers: Iterable[int], now: datetime) -> Places:
    """Lock the opportunities `numbers`, and those of which the Order holds places; let go of leases that ran out."""
    held = work.execute("SELECT opportunity FROM lease WHERE partner = %s AND uuid = %s", key).fetchall()
    wanted = {*numbers, *(row["opportunity"] for row in held)}
    rows = opportunity.read(work, wanted, lock=True)
    release_expired(work, rows, now)
    leases = work.execute("SELECT partner, uuid, opportunity, places FROM lease WHERE opportunity = ANY(%s)", [[*rows]])
    own: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for lease in leases:
        (own if (lease["partner"], lease["uuid"]) == key else others)[lease["opportunity"]] += lease["places"]
    return Places(key, rows, own, others)


def release_expired(work: Work, rows: dict[int, Opportunity], now: datetime) -> None:
    """Give back the places of leases on the locked `rows` that ran out."""
    over = work.execute(
        "DELETE FROM lease WHERE opportunity = ANY(%s) AND expires <= %s RETURNING opportunity, places", [[*rows], now]
    )
    back: Counter[int] = Counter()
    for lease in over:
        back[lease["opportunity"]] += lease["places"]
    for number, places in back.items():
        change(work, rows[number], places)


def hold(work: Work, places: Places, wanted: Counter[int], until: datetime) -> None:
    """Lease the places `wanted` to the Order, instead of those that it held before."""
    _settle(work, places, wanted)
    for number, count in sorted(wanted.items()):
        if places.rows[number].remaining is not None:
            work.execute("INSERT INTO lease VALUES (%s, %s, %s, %s, %s)", [*places.key, number, count, until])


def take(work: Work, places: Places, wanted: Counter[int]) -> None:
    """Take the places `wanted` for good; the Order's leases end."""
    _settle(work, places, wanted)


def let_go(work: Work, places: Places) -> None:
    """Give back everything that the Order leases."""
    _settle(work, places, Counter())


def change(work: Work, row: Opportunity, by: int) -> None:
    """Give `by` places of the locked `row` back, or take them where `by` is less than nought."""
    if row.remaining is not None and by:
        row.remaining += by
        work.execute("UPDATE opportunity SET remaining = %s WHERE id = %s", [row.remaining, row.id])


def _settle(work: Work, places: Places, wanted: Counter[int]) -> None:
    work.execute("DELETE FROM lease WHERE partner = %s AND uuid = %s", places.key)
    for number in sorted(places.rows):
        change(work, places.rows[number], places.own[number] - wanted[number])
