"""The Orders feed and the OrderProposals feed of a booking partner."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response

from sandbox.leisure.authenticate import partner
from sandbox.leisure.pages import ITEMS, Place, asked_place, page
from sandbox.leisure.publish import ORDERS, PROPOSALS
from sandbox.leisure.state import State
from sandbox.leisure.wire import BOOKING, Document

_QUERY = f"""
    SELECT uuid, data, modified FROM order_feed
    WHERE feed = %(feed)s AND partner = %(partner)s AND (modified, uuid) > (%(stamp)s, %(uuid)s)
      AND modified < (SELECT horizon())
    ORDER BY modified, uuid LIMIT {ITEMS}
"""  # noqa: S608 a number of our own


def blueprint(state: State) -> Blueprint:
    """Return the routes `/orders-rpde` and `/order-proposals-rpde`."""
    routes = Blueprint("order_feeds", __name__)
    routes.add_url_rule("/orders-rpde", "orders", _feed(state, ORDERS, "Order"))
    routes.add_url_rule("/order-proposals-rpde", "proposals", _feed(state, PROPOSALS, "OrderProposal"))
    return routes


def _feed(state: State, feed: str, kind: str) -> Callable[[], Response]:
    def view() -> Response:
        place = asked_place()
        values = {"feed": feed, "partner": partner(state), "stamp": place.stamp, "uuid": _uuid(place.id)}
        with state.store.reading() as work:
            rows = work.execute(_QUERY.encode(), values).fetchall()
        items: list[Document] = [
            {"state": "updated" if row["data"] else "deleted", "kind": kind, "id": str(row["uuid"])}
            | {"modified": row["modified"]}
            | ({"data": row["data"]} if row["data"] else {})
            for row in rows
        ]
        last = Place(rows[-1]["modified"], str(rows[-1]["uuid"])) if rows else None
        return page(items, last, state.origin, open_data=False, media=BOOKING)

    return view


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
