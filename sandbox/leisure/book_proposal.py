"""B after P: booking what the seller has accepted. The request brings the version and the payment, nothing else."""

import json

from psycopg.rows import DictRow

from sandbox.leisure import access, answer, capacity, orders, payment, publish, quote, tax
from sandbox.leisure.draft import Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.money import priced
from sandbox.leisure.propose import ACCEPTED
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

CONFIRMED = "OrderItemConfirmed"
_OF_B = ("payment", "totalPaymentDue")


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
        _agree(draft, orders.items(work, draft.key))
        if draft.failed:
            return {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid)}
        payment.check(draft)
        return _store(work, draft, sent, state.passes)


def _check_version(row: DictRow, sent: Document) -> None:
    """Demand the version that was accepted last."""
    if sent.get("orderProposalVersion") != row["proposal_version"]:
        raise OpenBookingError("OrderProposalVersionOutdatedError")
    if row["proposal_status"] != ACCEPTED:
        raise OpenBookingError("OrderCreationFailedError", f"The proposal is {row['proposal_status']}.")


def _as_proposed(row: DictRow, sent: Document) -> Document:
    """Return P's request with B's payment and sum, and without P's; positions were the broker's, for P alone."""
    body = {name: value for name, value in row["proposed"].items() if name not in _OF_B}
    items = [{name: value for name, value in item.items() if name != "position"} for item in body["orderedItem"]]
    return {**body, "orderedItem": items, **{name: sent[name] for name in _OF_B if name in sent}}


def _agree(draft: Draft, rows: list[DictRow]) -> None:
    """Let the offers be those of the accepted version, whatever they have come to cost since.

    The version says what is due (Open Booking API, "Booking Flow with Approval"); a sum that B states all the same must
    be that.
    """
    for row, line in zip(rows, draft.lines, strict=True):
        if line.offer:
            line.offer = {**line.offer, **row["data"]["acceptedOffer"]}
    tax.add(draft)
    draft.body.setdefault("totalPaymentDue", priced(draft.total_pence))


def _store(work: Work, draft: Draft, sent: Document, pictures: str) -> Document:
    document = {**answer.compose(draft), "@id": answer.order_id("orders", draft.uuid), "identifier": str(draft.uuid)}
    assert draft.places
    capacity.take(work, draft.places, draft.wanted)
    rows = orders.items(work, draft.key)
    items = []
    for row, line, shown in zip(rows, draft.lines, document["orderedItem"], strict=True):
        assert line.one
        named = {"@id": row["data"]["@id"], **shown, **access.give(line.one, pictures)}
        orders.set_item(work, row["id"], named)
        orders.set_status(work, row["id"], CONFIRMED)
        items.append({**named, "orderItemStatus": f"https://openactive.io/{CONFIRMED}"})
    document["orderedItem"] = items
    document["@context"] = access.context(items)
    orders.finish(work, draft, asked=json.dumps(sent), answer=document)
    publish.remove(work, publish.PROPOSALS, *draft.key)
    return document
