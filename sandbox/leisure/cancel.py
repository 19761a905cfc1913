"""Cancellation by the customer: all the items that are named, or none; and giving places back."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import capacity, durations, opportunity, orders, wire
from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.publish import CANCELLED, publish
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

CUSTOMER_CANCELLED = "https://openactive.io/CustomerCancelled"
_ORDER = {"@context", "@type", "orderedItem"}
_ITEM = {"@type", "@id", "orderItemStatus"}


def blueprint(state: State) -> Blueprint:
    """Return the route of changes to Orders."""
    routes = Blueprint("cancel", __name__)

    @routes.patch("/orders/<uuid:uuid>")
    def u(uuid: UUID) -> Response:
        cancel(state, caller(state), uuid, body=wire.body(state.origin), now=state.clock.now())
        return wire.nothing()

    return routes


def cancel(state: State, caller: Caller, uuid: UUID, *, body: Document, now: datetime) -> None:
    """Cancel the items that `body` names; what is cancelled already stays so without a word."""
    named = _named(body)
    with state.store.work() as work:
        row = orders.find_own(work, caller, uuid)
        if row and row["stage"] == "deleted":
            raise OpenBookingError("GoneError")
        found = orders.items(work, (caller.partner, uuid)) if row else []
        known = {item["data"]["@id"]: item for item in found}
        missing = [name for name in named if name not in known]
        if missing or not row:
            _refuse_unknown(work, row, missing)
            return
        if row["stage"] != "order":
            raise OpenBookingError("UnexpectedOrderTypeError", "It is a proposal, which can only be rejected.")
        chosen = [known[name] for name in named if known[name]["status"] != "CustomerCancelled"]
        rows = opportunity.read(work, [item["opportunity"] for item in chosen], lock=True)
        for item in chosen:
            _refuse_late(item, rows[item["opportunity"]], now)
        if chosen:
            end(work, chosen, rows, "CustomerCancelled")
            publish(work, row)


def end(work: Work, items: list[DictRow], rows: dict[int, Opportunity], status: str) -> None:
    """Give `items` the cancelled `status`, and their places back to the locked `rows`; a proposed one had none."""
    back = Counter(item["opportunity"] for item in items if item["status"] not in (None, *CANCELLED))
    for number in sorted(back):
        capacity.change(work, rows[number], back[number])
    for item in items:
        orders.set_status(work, item["id"], status)


def _named(body: Document) -> list[str]:
    items: Any = body.get("orderedItem")
    if not isinstance(items, list) or not items:
        raise OpenBookingError("PatchNotAllowedOnPropertyError", "orderedItem must list the items to cancel.")
    if set(body) - _ORDER or any(set(item) - _ITEM for item in items):
        raise OpenBookingError("PatchContainsExcessivePropertiesError")
    if any(item.get("orderItemStatus") != CUSTOMER_CANCELLED for item in items):
        raise OpenBookingError("PatchNotAllowedOnPropertyError", f"orderItemStatus may become {CUSTOMER_CANCELLED}.")
    return [wire.id_of(item) for item in items]


def _refuse_unknown(work: Work, row: DictRow | None, missing: list[str]) -> None:
    """Tell an item of another Order from one that never was, and both from an unknown Order."""
    query = "SELECT 1 FROM order_item WHERE data ->> '@id' = ANY(%s) AND id = ANY(%s)"
    numbers = [int(tail) for name in missing if (tail := name.rpartition("/")[2]).isdecimal() and len(tail) < 19]
    if work.execute(query, [missing, numbers]).fetchone():
        raise OpenBookingError("OrderItemNotWithinOrderError")
    if not row or row["stage"] != "order":
        raise OpenBookingError("UnknownOrderError")
    raise OpenBookingError("OrderItemIdInvalidError")


def _refuse_late(item: DictRow, one: Opportunity, now: datetime) -> None:
    """Refuse what may not be refunded in full, and what would be later than the offer allows or than its beginning."""
    offer = item["data"]["acceptedOffer"]
    if item["status"] != "OrderItemConfirmed":
        raise OpenBookingError("CancellationNotPermittedError", "It was cancelled by the seller, or has taken place.")
    if not offer.get("allowCustomerCancellationFullRefund"):
        raise OpenBookingError("CancellationNotPermittedError", "This offer cannot be cancelled.")
    latest = offer.get("latestCancellationBeforeStartDate")
    if one.starts and now > one.starts - durations.parse(latest or "PT0S"):
        raise OpenBookingError("CancellationNotPermittedError", "It is too late to cancel this booking.")
