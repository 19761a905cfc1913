"""P: an Order that the seller must accept first; and the customer's own "no" to it.

(Open Booking API, "Booking Flow with Approval".) The items get their ids here and keep them when they are booked. Their
places stay leased until somebody decides, and a while longer, so that no decision races with another customer.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import answer, capacity, orders, payment, quote, wire
from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.draft import Draft, P
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.publish import PROPOSALS, proposal_in_feed, put
from sandbox.leisure.state import LEASE, State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

AWAITING, ACCEPTED = "AwaitingSellerConfirmation", "SellerAccepted"
CUSTOMER_REJECTED = "CustomerRejected"
DECISION = timedelta(days=2)  # how long a seller may think about it
_PATCH = {"@context", "@type", "orderProposalStatus", "orderCustomerNote"}


def blueprint(state: State) -> Blueprint:
    """Return the routes of proposals."""
    routes = Blueprint("propose", __name__)

    @routes.put("/order-proposals/<uuid:uuid>")
    def p(uuid: UUID) -> Response:
        draft = Draft(P, caller(state), uuid, wire.body(state.origin), state.clock.now())
        document = propose(state, draft)
        return wire.made(document, state.origin, failed=draft.failed)

    @routes.patch("/order-proposals/<uuid:uuid>")
    def u(uuid: UUID) -> Response:
        reject(state, caller=caller(state), uuid=uuid, body=wire.body(state.origin), now=state.clock.now())
        return wire.nothing()

    return routes


def propose(state: State, draft: Draft) -> Document:
    """Return the proposal that was made, or the one with errors that was not."""
    quote.check_request(draft)
    with state.store.work() as work:
        row = orders.begin(work, draft)
        if row["proposed"] == draft.body and row["stage"] in ("proposal", "order"):
            said: Document = row["proposal"]
            return said
        if row["stage"] != "quote":
            raise OpenBookingError("OrderAlreadyExistsError")
        quote.examine(work, draft)
        if draft.failed:
            return {**answer.compose(draft), "@id": answer.order_id("order-proposals", draft.uuid)}
        if not draft.needs_approval:
            raise OpenBookingError("UnexpectedOrderTypeError", "None of it needs the seller's approval: book it.")
        payment.check(draft)
        assert draft.places
        capacity.hold(work, draft.places, draft.wanted, draft.now + DECISION)
        return _store(work, draft)


def reject(state: State, *, caller: Caller, uuid: UUID, body: Document, now: datetime) -> None:
    """Let the customer decline; that they declined already is no error."""
    if set(body) - _PATCH:
        raise OpenBookingError("PatchContainsExcessivePropertiesError")
    if body.get("orderProposalStatus") != f"https://openactive.io/{CUSTOMER_REJECTED}":
        raise OpenBookingError("PatchNotAllowedOnPropertyError", "A customer can only reject a proposal.")
    with state.store.work() as work:
        row = orders.find_own(work, caller, uuid)
        if not row or row["stage"] != "proposal":
            raise OpenBookingError("UnknownOrderError", "There is no such proposal, or it has been booked.")
        if row["proposal_status"] not in (AWAITING, ACCEPTED, CUSTOMER_REJECTED):
            raise OpenBookingError("PatchNotAllowedOnPropertyError", "The seller has rejected it already.")
        if row["proposal_status"] != CUSTOMER_REJECTED:
            decide(work, row, status=CUSTOMER_REJECTED, now=now)


def decide(work: Work, row: DictRow, *, status: str, now: datetime, newer: dict[str, str] | None = None) -> None:
    """Give the locked proposal a status, perhaps a `newer` version with a note, and tell the booking partner.

    What was rejected keeps its places as long as any other lease does: the customer may want to ask for something else.
    """
    key = (row["partner"], row["uuid"])
    changed = {**row, "proposal_status": status, **(newer or {})}
    work.execute(
        "UPDATE orders SET proposal_status = %s, proposal_version = %s, seller_note = %s"
        " WHERE partner = %s AND uuid = %s",
        [status, changed["proposal_version"], changed["seller_note"], *key],
    )
    if status not in (AWAITING, ACCEPTED):
        work.execute("UPDATE lease SET expires = %s WHERE partner = %s AND uuid = %s", [now + LEASE, *key])
    put(work, PROPOSALS, key, proposal_in_feed(changed, orders.items(work, key)))


def version(uuid: object, number: int) -> str:
    """Return the `orderProposalVersion` number `number`."""
    return f"{answer.order_id('order-proposals', uuid)}/versions/{number}"


def _store(work: Work, draft: Draft) -> Document:
    document = {**answer.compose(draft), "@id": answer.order_id("order-proposals", draft.uuid)}
    document["orderedItem"] = [
        orders.name_item(work, draft, index, shown, status=None) for index, shown in enumerate(document["orderedItem"])
    ]
    first = version(draft.uuid, 1)
    document |= {"orderProposalVersion": first, "orderProposalStatus": f"https://openactive.io/{AWAITING}"}
    work.execute(
        "UPDATE orders SET stage = 'proposal', proposed = %s, proposal = %s, proposal_status = %s,"
        " proposal_version = %s WHERE partner = %s AND uuid = %s",
        [json.dumps(draft.body), json.dumps(document, ensure_ascii=False), AWAITING, first, *draft.key],
    )
    return document
