"""Simulate actions: what only a seller can do, done when a test asks for it: a line for each in `…_ACTIONS`."""

from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import orders, wire
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.testing import logistics, replacement, seller_cancellation
from sandbox.leisure.testing.logistics import OPPORTUNITY_ACTIONS
from sandbox.leisure.testing.proposals import PROPOSAL_ACTIONS
from sandbox.leisure.testing.told import TOLD_ACTIONS, OrderAction


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
                ORDER_ACTIONS[name](work, _order(work, named, "orders"), state.clock.now())
            elif name in PROPOSAL_ACTIONS:
                PROPOSAL_ACTIONS[name](work, _order(work, named, "order-proposals"), state.clock.now())
            elif name in OPPORTUNITY_ACTIONS:
                booked = named.startswith(f"{wire.API}/orders/")
                thing = logistics.of_order(work, _order(work, named, "orders")) if booked else named
                logistics.act(work, thing, OPPORTUNITY_ACTIONS[name])
            else:
                raise OpenBookingError("InternalOpenBookingError", f"There is no action {name!r}.")
        return wire.nothing()

    return routes


def _order(work: Work, named: str, path: str) -> DictRow:
    """Return the locked Order or proposal that an action is about, as the action needs it."""
    said, _, uuid = named.removeprefix(f"{wire.API}/").partition("/")
    try:
        row = orders.find_any(work, UUID(uuid))
    except ValueError:
        row = None
    if not row:
        raise OpenBookingError("UnknownOrderError")
    if said != path or row["stage"] != STAGES[path]:
        raise OpenBookingError("UnexpectedOrderTypeError")
    return row


STAGES = {"orders": "order", "order-proposals": "proposal"}
ORDER_ACTIONS: dict[str, OrderAction] = {
    "SellerRequestedCancellation": seller_cancellation.cancel,
    "SellerRequestedCancellationWithMessage": seller_cancellation.cancel_with_message,
    "Replacement": replacement.replace,
    **TOLD_ACTIONS,
}
