"""B: the booking itself, all items or none, and the same answer however often it is asked."""

import json
from uuid import UUID

from flask import Blueprint, Response
from psycopg.rows import DictRow

from sandbox.leisure import access, answer, book_proposal, capacity, orders, payment, quote, wire
from sandbox.leisure.authenticate import caller
from sandbox.leisure.book_proposal import CONFIRMED
from sandbox.leisure.draft import B, Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document


def blueprint(state: State) -> Blueprint:
    """Return the route of bookings."""
    routes = Blueprint("book", __name__)

    @routes.put("/orders/<uuid:uuid>")
    def b(uuid: UUID) -> Response:
        draft = Draft(B, caller(state), uuid, wire.body(state.origin), state.clock.now())
        document = (book_proposal.book if "orderProposalVersion" in draft.body else book)(state, draft)
        return wire.made(document, state.origin, failed=draft.failed)

    return routes


def book(state: State, draft: Draft) -> Document:
    """Return the Order that was made, or the one with errors that was not."""
    quote.check_request(draft)
    with state.store.work() as work:
        row = orders.begin(work, draft)
        if again := repeated(row, draft):
            return again
        quote.examine(work, draft)
        if draft.failed:
            return {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid)}
        if draft.needs_approval:
            raise OpenBookingError("OrderCreationFailedError", "The seller must accept a proposal first.")
        payment.check(draft)
        return _store(work, draft, state.passes)


def repeated(row: DictRow, draft: Draft) -> Document | None:
    """Return the answer that B gave before to this very request; refuse another request with the same UUID."""
    if row["stage"] == "order" and row["asked"] == draft.body:
        said: Document = row["answer"]
        return said
    if row["stage"] in ("order", "deleted"):
        raise OpenBookingError("OrderAlreadyExistsError")
    return None


def _store(work: Work, draft: Draft, pictures: str) -> Document:
    document = {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid), "identifier": str(draft.uuid)}
    assert draft.places
    capacity.take(work, draft.places, draft.wanted)
    items = []
    for index, shown in enumerate(document["orderedItem"]):
        one = draft.lines[index].one
        assert one
        named = orders.name_item(work, draft, index, {**shown, **access.give(one, pictures)}, status=CONFIRMED)
        items.append({**named, "orderItemStatus": f"https://openactive.io/{CONFIRMED}"})
    document["orderedItem"] = items
    document["@context"] = access.context(items)
    orders.finish(work, draft, asked=json.dumps(draft.body), answer=document)
    return document
