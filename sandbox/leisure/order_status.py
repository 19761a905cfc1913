"""Order status: what B answered, with the items as they are now."""

from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import orders, publish, wire
from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.wire import Document


def blueprint(state: State) -> Blueprint:
    """Return the route of order status."""
    routes = Blueprint("order_status", __name__)

    @routes.get("/orders/<uuid:uuid>")
    def status(uuid: UUID) -> Response:
        return wire.answer(read(state, caller(state), uuid), state.origin)

    return routes


def read(state: State, caller: Caller, uuid: UUID) -> Document:
    """Return the Order; raises UnknownOrderError where there never was one of this seller, GoneError once deleted."""
    with state.store.work() as work:
        row = orders.find_own(work, caller, uuid)
        if row and row["stage"] == "deleted":
            raise OpenBookingError("GoneError")
        if not row or row["stage"] != "order":
            raise OpenBookingError("UnknownOrderError")
        items = orders.items(work, (caller.partner, uuid))
    return {**row["answer"], "orderedItem": [_shown(item) for item in items], **publish.totals(row, items)}


def _shown(item: DictRow) -> Document:
    """Return an item as it is now; its position was the broker's, for the request."""
    kept = {name: value for name, value in item["data"].items() if name != "position"}
    return {**kept, "orderItemStatus": f"https://openactive.io/{item['status']}"}
