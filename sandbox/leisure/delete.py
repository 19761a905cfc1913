"""Deletion of an Order after a fatal error or a test; never for cancelling."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import capacity, orders, publish, wire
from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.cancel import end
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.store import Work


def blueprint(state: State) -> Blueprint:
    """Return the route of deletion."""
    routes = Blueprint("delete", __name__)

    @routes.delete("/orders/<uuid:uuid>")
    def delete_order(uuid: UUID) -> Response:
        delete(state, caller(state), uuid)
        return wire.nothing()

    return routes


def delete(state: State, caller: Caller, uuid: UUID) -> None:
    """Delete an Order, again and again if asked to; its places are free again, and the feed says deleted."""
    with state.store.work() as work:
        row = orders.find_own(work, caller, uuid)
        if not row or row["stage"] not in ("order", "deleted"):
            raise OpenBookingError("UnknownOrderError")
        if row["stage"] == "order":
            erase(work, row, state.clock.now())


def erase(work: Work, row: DictRow, now: datetime) -> None:
    """Delete the locked Order, and leave the row as a tombstone: its UUID is used up."""
    key = (row["partner"], row["uuid"])
    items = orders.items(work, key)
    places = capacity.lock(work, key, [item["opportunity"] for item in items], now)
    capacity.let_go(work, places)
    end(work, items, places.rows, "SellerCancelled")
    work.execute("DELETE FROM order_item WHERE partner = %s AND uuid = %s", key)
    work.execute("UPDATE orders SET stage = 'deleted', quoted = NULL, asked = NULL, answer = NULL, proposed = NULL,"
                 " proposal = NULL WHERE partner = %s AND uuid = %s", key)  # fmt: skip
    for feed in (publish.ORDERS, publish.PROPOSALS):
        publish.remove(work, feed, *key)
