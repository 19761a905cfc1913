"""A booking that the seller moves to another opportunity, for the same price or less (Open Booking API, "Replacement").

The next one of the same series or facility that has a place; where there is none, the seller lays one on.
"""

import json
from datetime import datetime, timedelta

from psycopg.rows import DictRow

from sandbox.leisure import answer, documents, opportunity, orders
from sandbox.leisure.capacity import change
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.opportunity import Opportunity, address, price
from sandbox.leisure.publish import CANCELLED, publish
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.store import Work
from sandbox.leisure.testing.make import next_number
from sandbox.leisure.wire import Document

_LATER = timedelta(hours=2)
_SIBLING = """
    SELECT id FROM opportunity
    WHERE parent = %s AND id <> %s AND unit IS NOT DISTINCT FROM %s AND removed IS NULL AND NOT cancelled
      AND (remaining IS NULL OR remaining > 0) AND starts > %s
    ORDER BY starts, id LIMIT 1
"""
_COPY = """
    INSERT INTO opportunity (id, kind, parent, unit, seller, dataset, starts, ends, capacity, remaining, pence, data)
    SELECT %s, kind, parent, unit, seller, dataset, starts + %s, ends + %s, capacity, capacity, pence, %s
    FROM opportunity WHERE id = %s
"""


def replace(work: Work, row: DictRow, now: datetime) -> None:
    """Replace the first item that is not cancelled."""
    items = orders.items(work, (row["partner"], row["uuid"]))
    item = next((one for one in items if one["status"] not in CANCELLED), None)
    if not item:
        raise OpenBookingError("UnexpectedOrderTypeError", "All of it is cancelled.")
    old = opportunity.read(work, [item["opportunity"]])[item["opportunity"]]
    number = _sibling(work, old, item["pence"], now) or _lay_on(work, old)
    locked = opportunity.read(work, [old.id, number], lock=True)
    change(work, locked[old.id], 1)
    change(work, locked[number], -1)
    _move(work, item, locked[number])
    publish(work, row)


def _sibling(work: Work, old: Opportunity, most: int, now: datetime) -> int | None:
    """Return the next one that costs `most` pence or less."""
    found = work.execute(_SIBLING.encode(), [old.parent, old.id, old.unit, now]).fetchone()
    if not found:
        return None
    new = opportunity.read(work, [found["id"]])[found["id"]]
    return new.id if _offer(new, most) else None


def _lay_on(work: Work, old: Opportunity) -> int:
    """Store another one like `old`, two hours later."""
    number = next_number(work)
    text = json.dumps(old.data, ensure_ascii=False)
    data = text.replace(f'"{old.address}#', f'"{address(old.kind, number)}#')
    work.execute(_COPY.encode(), [number, _LATER, _LATER, data, old.id])
    return number


def _offer(new: Opportunity, most: int) -> Document | None:
    """Return its dearest offer that costs `most` pence or less."""
    return max((offer for offer in new.offers if price(offer) <= most), key=price, default=None)


def _move(work: Work, item: DictRow, new: Opportunity) -> None:
    offer = _offer(new, item["pence"])
    assert offer
    orders.reprice(
        work,
        item,
        answer.offer(offer),
        net=SELLERS[new.seller].tax_mode == "TaxNet",
        orderedItem=documents.in_order(new, new.remaining),
    )
    work.execute("UPDATE order_item SET opportunity = %s WHERE id = %s", [new.id, item["id"]])
