"""Test datasets: opportunities made to fit a criterion, and all of them deleted at once."""

from flask import Blueprint, Response

from sandbox.leisure import orders, sellers, wire
from sandbox.leisure.delete import erase
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.testing import criteria, shapes
from sandbox.leisure.testing.make import Wish, make
from sandbox.leisure.wire import CONTEXT, Document


def blueprint(state: State) -> Blueprint:
    """Return the routes of test datasets; they need no credentials, as the official suite sends none."""
    routes = Blueprint("test_datasets", __name__)

    @routes.delete("/test-interface/datasets/<dataset>")
    def delete(dataset: str) -> Response:
        empty(state, dataset)
        return wire.nothing()

    @routes.post("/test-interface/datasets/<dataset>/opportunities")
    def create(dataset: str) -> Response:
        body = wire.body(state.origin)
        wish = _wish(body, dataset)
        with state.store.work() as work:
            made = make(work, wish, state.clock.now())
            shapes.check(body, made)
        document = {"@context": CONTEXT, "@type": made.kind, "@id": made.address}
        return wire.answer(document, state.origin)  # 200, as the recorded reference; the suite takes any 2xx

    return routes


def empty(state: State, dataset: str) -> None:
    """Delete what was made in `dataset`, and all Orders on it; what others made stays."""
    with state.store.work() as work:
        booked = work.execute(
            """
            SELECT DISTINCT i.partner, i.uuid FROM order_item i JOIN opportunity o ON o.id = i.opportunity
            WHERE o.dataset = %s ORDER BY 1, 2
            """,
            [dataset],
        ).fetchall()
        rows = [row for key in booked if (row := orders.find(work, (key["partner"], key["uuid"])))]
        concerned = {item["opportunity"] for row in rows for item in orders.items(work, (row["partner"], row["uuid"]))}
        work.execute(
            "SELECT FROM opportunity WHERE dataset = %s AND removed IS NULL OR id = ANY(%s) ORDER BY id FOR UPDATE",
            [dataset, [*concerned]],
        )
        for row in rows:
            erase(work, row, state.clock.now())
        work.execute("DELETE FROM lease USING opportunity o WHERE o.id = opportunity AND o.dataset = %s", [dataset])
        gone = [state.clock.now(), dataset]
        work.execute("UPDATE opportunity SET removed = %s WHERE dataset = %s AND removed IS NULL", gone)


def _wish(body: Document, dataset: str) -> Wish:
    kind = str(body.get("@type", ""))
    parent = body.get("superEvent") or body.get("facilityUse") or {}
    named = parent.get("organizer") or parent.get("provider") or body.get("organizer")
    seller = sellers.by_id(wire.id_of(named))
    criterion = str(body.get("test:testOpportunityCriteria", "")).rpartition("#")[2]
    if not seller:
        raise OpenBookingError("SellerNotFoundError")
    if criterion not in criteria.EVERY:
        raise OpenBookingError("InternalOpenBookingError", f"Nothing that fits {criterion!r} may exist.")
    return Wish(
        kind=kind,
        parent=str(parent.get("@type", "")),
        seller=seller.number,
        criterion=criterion,
        approval=str(body.get("test:testOpenBookingFlow", "")).endswith("OpenBookingApprovalFlow"),
        dataset=dataset,
    )
