"""B after P: booking what the seller has accepted. The request brings the version and the payment, nothing else."""

import json

from psycopg.rows import DictRow

from sandbox.leisure import access, answer, capacity, orders, payment, publish, quote
from sandbox.leisure.draft import Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.propose import ACCEPTED
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

CONFIRMED = "OrderItemConfirmed"


def book(state: State, draft: Draft) -> Document:
    """Return the Order that was made of an accepted proposal, or the one with errors that was not."""
    sent = draft.body
    with state.store.work() as work:
        row = orders.find(work, draft.key)
        if not row or row["seller"] != draft.caller.seller.number or row["stage"] == "quote":
            raise OpenBookingError("OrderCreationFailedError", "There is no such proposal.")
        if row["stage"] == "order" and row["asked"] == sent:
            said: Document = row["answer"]
            return said
        if row["stage"] != "proposal":
            raise OpenBookingError("OrderAlreadyExistsError")
        _check_version(row, sent)
        draft.body = _as_proposed(row, sent)
        payment.check_reconciliation(draft)
        quote.examine(work, draft)
        if draft.failed:
            return {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid)}
        payment.check(draft)
        return _store(work, draft, sent)


def _check_version(row: DictRow, sent: Document) -> None:
    """Demand the version that was accepted last."""
    if sent.get("orderProposalVersion") != row["proposal_version"]:
        raise OpenBookingError("OrderProposalVersionOutdatedError")
    if row["proposal_status"] != ACCEPTED:
        raise OpenBookingError("OrderCreationFailedError", f"The proposal is {row['proposal_status']}.")


def _as_proposed(row: DictRow, sent: Document) -> Document:
    """Return P's request with B's payment, without what was the broker's alone: positions, and its own sum."""
    body = {name: value for name, value in row["proposed"].items() if name != "payment"}
    items = [{name: value for name, value in item.items() if name != "position"} for item in body["orderedItem"]]
    return {**body, "orderedItem": items, **({"payment": sent["payment"]} if "payment" in sent else {})}


def _store(work: Work, draft: Draft, sent: Document) -> Document:
    document = {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid), "identifier": str(draft.uuid)}
    assert draft.places
    capacity.take(work, draft.places, draft.wanted)
    rows = orders.items(work, draft.key)
    items = []
    for row, line, shown in zip(rows, draft.lines, document["orderedItem"], strict=True):
        assert line.one
        named = {"@id": row["data"]["@id"], **shown, **access.give(line.one)}
        orders.set_item(work, row["id"], named)
        orders.set_status(work, row["id"], CONFIRMED)
        items.append({**named, "orderItemStatus": f"https://openactive.io/{CONFIRMED}"})
    document["orderedItem"] = items
    document["@context"] = access.context(items)
    orders.finish(work, draft, asked=json.dumps(sent), answer=document)
    publish.remove(work, publish.PROPOSALS, *draft.key)
    return document
