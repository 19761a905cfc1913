"""What a seller changes about an opportunity after it was booked: its time, its name, its place.

Everybody who booked is told by the Orders feed, and the open feeds change too.
"""

import json
from collections.abc import Callable
from datetime import timedelta

from psycopg.rows import DictRow

from sandbox.leisure import documents, opportunity, orders
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.programme.sites import place
from sandbox.leisure.publish import CANCELLED, publish
from sandbox.leisure.store import Work

_LATER = timedelta(hours=1)
_AFFECTED = """
    SELECT o.* FROM orders o WHERE stage = 'order' AND EXISTS (
      SELECT FROM order_item i WHERE (i.partner, i.uuid) = (o.partner, o.uuid) AND i.opportunity = ANY(%s)
    ) ORDER BY partner, uuid FOR UPDATE
"""


def act(work: Work, named: str, change: Callable[[Work, Opportunity], None]) -> None:
    """Change the opportunity with the `@id` `named`, and tell everybody who booked it or its siblings."""
    found = opportunity.number(named)
    one = opportunity.read(work, [found[1]]).get(found[1]) if found else None
    if not one or one.address != named:
        raise OpenBookingError("UnknownOpportunityError")
    siblings = work.execute("SELECT id FROM opportunity WHERE parent = %s", [one.parent or one.id]).fetchall()
    family = {one.id, *(row["id"] for row in siblings)}
    booked = work.execute(_AFFECTED.encode(), [[*family]]).fetchall()
    locked = opportunity.read(work, [one.id, one.parent or one.id], lock=True)
    one = locked[one.id]
    one.above = locked.get(one.parent or 0)
    change(work, one)
    for row in booked:
        _tell(work, row, family)


def of_order(work: Work, row: DictRow) -> str:
    """Return the `@id` of what was booked first: the official suite names the Order, where others name the thing."""
    item = next(iter(orders.items(work, (row["partner"], row["uuid"]))))
    return opportunity.read(work, [item["opportunity"]])[item["opportunity"]].address


def later(work: Work, one: Opportunity) -> None:
    """Let it begin an hour later."""
    work.execute(
        "UPDATE opportunity SET starts = starts + %s, ends = ends + %s WHERE id = %s", [_LATER, _LATER, one.id]
    )


def renamed(work: Work, one: Opportunity) -> None:
    """Give it, or the series or facility that it belongs to, another name, and so to every court there."""
    described = one.above or one
    units = described.data.get("individualFacilityUse", [])
    renamed = [{**unit, "name": f"{unit['name']} (renamed)"} for unit in units]
    more = {"individualFacilityUse": renamed} if units else {}
    _set(work, described, name=f"{described.data['name']} (renamed)", **more)


def moved(work: Work, one: Opportunity) -> None:
    """Let it take place at the next site."""
    described = one.above or one
    site = described.data.get("location", {}).get("identifier", 0)
    _set(work, described, location=place(site + 1))


OPPORTUNITY_ACTIONS: dict[str, Callable[[Work, Opportunity], None]] = {
    "ChangeOfLogisticsTime": later,
    "ChangeOfLogisticsName": renamed,
    "ChangeOfLogisticsLocation": moved,
}


def _set(work: Work, one: Opportunity, **changed: object) -> None:
    data = json.dumps({**one.data, **changed}, ensure_ascii=False)
    work.execute("UPDATE opportunity SET data = %s WHERE id = %s", [data, one.id])
    # Its parts show it in their own feed, so they changed too.
    work.execute("UPDATE opportunity SET parent = parent WHERE parent = %s AND kind = 'Event'", [one.id])


def _tell(work: Work, row: DictRow, family: set[int]) -> None:
    items = orders.items(work, (row["partner"], row["uuid"]))
    concerned = [item for item in items if item["opportunity"] in family and item["status"] not in CANCELLED]
    now = opportunity.read(work, [item["opportunity"] for item in concerned])
    for item in concerned:
        one = now[item["opportunity"]]
        orders.set_item(work, item["id"], {**item["data"], "orderedItem": documents.in_order(one, one.remaining)})
    if concerned:
        publish(work, row)
