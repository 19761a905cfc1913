"""C1 and C2: what an Order would cost, whether it can be had, and places held for a while. And letting a quote go."""

import json
from uuid import UUID

from flask import Blueprint, Response

from sandbox.leisure import answer, capacity, item_checks, orders, payment, tax, wire
from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.draft import C1, C2, Draft, Stage
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.request_checks import REQUEST_CHECKS
from sandbox.leisure.state import LEASE, State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document


def blueprint(state: State) -> Blueprint:
    """Return the routes of quotes."""
    routes = Blueprint("quote", __name__)

    @routes.put("/order-quote-templates/<uuid:uuid>")
    def c1(uuid: UUID) -> Response:
        return _answer(state, C1, uuid)

    @routes.put("/order-quotes/<uuid:uuid>")
    def c2(uuid: UUID) -> Response:
        return _answer(state, C2, uuid)

    @routes.delete("/order-quotes/<uuid:uuid>")
    def delete(uuid: UUID) -> Response:
        forget(state, caller=caller(state), uuid=uuid)
        return wire.nothing()

    return routes


def quote(state: State, draft: Draft) -> Document:
    """Return the quote of `draft`; when all of it can be had, its places are leased."""
    check_request(draft)
    with state.store.work() as work:
        row = orders.begin(work, draft)
        if row["stage"] != "quote":
            raise OpenBookingError("OrderAlreadyExistsError")
        examine(work, draft)
        document = {**answer.compose(draft), "@id": answer.order_id(draft.stage.path, draft.uuid)}
        document["orderRequiresApproval"] = draft.needs_approval
        if not draft.failed and draft.places:
            until = draft.now + LEASE
            capacity.hold(work, draft.places, draft.wanted, until)
            document["lease"] = {"@type": "Lease", "leaseExpires": until.isoformat(timespec="seconds")}
        if draft.stage is C2:
            work.execute(
                "UPDATE orders SET quoted = %s WHERE partner = %s AND uuid = %s", [json.dumps(draft.body), *draft.key]
            )
    return document


def check_request(draft: Draft) -> None:
    """Refuse what the request itself shows to be wrong."""
    for check in REQUEST_CHECKS:
        check(draft)
    payment.check_reconciliation(draft)


def examine(work: Work, draft: Draft) -> None:
    """Find out all that there is to know of the items, their errors among it; their opportunities stay locked."""
    numbers = item_checks.resolve(work, draft)
    draft.places = capacity.lock(work, draft.key, numbers, draft.now)
    item_checks.run(draft)
    item_checks.tell_unacceptable(work, draft)
    tax.add(draft)


def forget(state: State, *, caller: Caller, uuid: UUID) -> None:
    """Give back what a quote leases; nothing happens when there is none, or when it has become a proposal."""
    key = (caller.partner, uuid)
    with state.store.work() as work:
        row = orders.find_own(work, caller, uuid)
        if row and row["stage"] == "quote":
            capacity.let_go(work, capacity.lock(work, key, [], state.clock.now()))


def _answer(state: State, stage: Stage, uuid: UUID) -> Response:
    draft = Draft(stage, caller(state), uuid, wire.body(state.origin), state.clock.now())
    document = quote(state, draft)
    return wire.answer(document, state.origin, 409 if draft.failed else 200)
