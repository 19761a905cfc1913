"""Simulate actions: what only a seller can do, done when a test asks for it: a line for each in `…_ACTIONS`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import opportunity, orders, wire
from sandbox.leisure.cancel import end
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.publish import publish
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.testing import logistics
from sandbox.leisure.testing.logistics import OPPORTUNITY_ACTIONS

OrderAction = Callable[[Work, DictRow, datetime], None]


def blueprint(state: State) -> Blueprint:
    """Return the route of simulate actions."""
    routes = Blueprint("test_actions", __name__)

    @routes.post("/test-interface/actions")
    def act() -> Response:
        body = wire.body(state.origin)
        name = str(body.get("@type", "")).removeprefix("test:").removesuffix("SimulateAction")
        named = wire.id_of(body.get("object"))
        with state.store.work() as work:
            if name in ORDER_ACTIONS:
                ORDER_ACTIONS[name](work, _order(work, named), state.clock.now())
            elif name in OPPORTUNITY_ACTIONS:
                logistics.act(work, named, OPPORTUNITY_ACTIONS[name])
            else:
                raise OpenBookingError("InternalOpenBookingError", f"There is no action {name!r}.")
        return wire.nothing()

    return routes


def _order(work: Work, named: str) -> DictRow:
    """Return the locked Order that an action is about; every action on Orders needs a booked one."""
    path, _, uuid = named.removeprefix(f"{wire.API}/").partition("/")
    try:
        row = orders.find_any(work, UUID(uuid))
    except ValueError:
        row = None
    if not row:
        raise OpenBookingError("UnknownOrderError")
    if path != "orders" or row["stage"] != "order":
        raise OpenBookingError("UnexpectedOrderTypeError")
    return row


def cancel_by_seller(work: Work, row: DictRow, now: datetime) -> None:
    """Cancel every item."""
    _ = now
    items = orders.items(work, (row["partner"], row["uuid"]))
    rows = opportunity.read(work, [item["opportunity"] for item in items], lock=True)
    end(work, items, rows, "SellerCancelled")
    publish(work, row)


ORDER_ACTIONS: dict[str, OrderAction] = {
    "SellerRequestedCancellation": cancel_by_seller,
}
