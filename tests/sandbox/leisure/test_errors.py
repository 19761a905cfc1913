"""Every error type of the Open Booking API: its status, and a request that is answered by it."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from sandbox.leisure import order_status
from sandbox.leisure.bad_days import HEADER
from sandbox.leisure.errors import ERRORS
from tests.sandbox.leisure.partner import CONTEXT, OA, ORIGIN, Json, Partner
from tests.sandbox.leisure.stages import each_flow, item_errors, last, refused

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "leisure-features.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d{3}) \| `(\w+Error)` \| [^|]+ \| `([\w/.]+)` \|$", PAGE, re.MULTILINE)


def test_the_page_lists_every_error_with_its_status_and_a_test_of_it() -> None:
    assert {name: int(status) for status, name, _ in ROWS} == {name: status for name, (status, _) in ERRORS.items()}
    assert len(ROWS) == len(ERRORS)
    for _, name, path in ROWS:
        assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8")), f"{path} does not name {name}"


def on(partner: Partner, day: str, method: str, path: str, body: Json | None = None):
    """Send one request on a bad day."""
    headers = {"X-OpenActive-Test-Client-Id": partner.name, "X-OpenActive-Test-Seller-Id": partner.seller_id}
    return partner.app.test_client().open(f"/api{path}", method=method, json=body, headers={HEADER: day, **headers})


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("PUT", "order-quotes", "TemporarilyUnableToProduceOrderQuoteError"),
        ("PUT", "orders", "TemporarilyUnableToCreateOrderError"),
        ("PUT", "order-proposals", "TemporarilyUnableToCreateOrderError"),
        ("PATCH", "orders", "TemporarilyUnableToUpdateOrderError"),
        ("PATCH", "order-proposals", "TemporarilyUnableToUpdateOrderError"),
        ("DELETE", "orders", "TemporarilyUnableToDeleteOrderError"),
    ],
)
def test_what_cannot_be_done_just_now_says_what(partner: Partner, method: str, path: str, kind: str) -> None:
    assert refused(on(partner, "unavailable", method, f"/{path}/{uuid4()}", {})) == (503, kind)


@each_flow
def test_a_terse_system_says_once_that_items_cannot_be_booked(partner: Partner, *, approval: bool) -> None:
    full, past = (partner.make(name, approval=approval) for name in ("BookableNoSpaces", "BookableInPast"))
    path, kind = ("order-proposals", "OrderProposal") if approval else ("orders", "Order")
    for one, error in ((full, "OpportunityHasInsufficientCapacityError"), (past, "UnableToProcessOrderItemError")):
        request = partner.order(kind, one)
        assert refused(on(partner, "terse", "PUT", f"/{path}/{uuid4()}", request)) == (409, error)
        assert item_errors(last(partner, approval=approval)(one)) != []
        quote = on(partner, "terse", "PUT", f"/order-quotes/{uuid4()}", partner.order("OrderQuote", one))
        assert item_errors(quote) != []  # C2 tells


@pytest.mark.parametrize("kind", ["ScheduledSession", "FacilityUseSlot"])
def test_what_the_system_contradicts_itself_about_is_intractable(partner: Partner, kind: str) -> None:
    wish = {"@context": CONTEXT, "test:testOpportunityCriteria": f"{ORIGIN}/test-interface#TestOpportunityIntractable"}
    made = partner.call("POST", "/test-interface/datasets/tests/opportunities", {**wish, **partner._shape(kind)})
    assert made.status_code == 200
    named = made.json["@id"]
    one = partner._open(made.json["@type"])[named]
    parent = one.get("superEvent", named)
    offered = {"@id": named, "offers": [{"@id": f"{parent}#/offers/0", "price": 14.99}]}
    for answer in (partner.c1(offered), partner.c2(offered), partner.b(offered)):
        assert item_errors(answer) == [["OpportunityIntractableError"]]
    alone = partner.call("POST", "/test-interface/datasets/tests/opportunities", {**wish, **partner._shape("Event")})
    assert refused(alone) == (500, "InternalOpenBookingError")


def test_a_deleted_order_is_gone(partner: Partner) -> None:
    order = partner.booked(partner.make())
    cancelled = {"@id": order["orderedItem"][0]["@id"], "orderItemStatus": f"{OA}CustomerCancelled"}
    assert partner.call("DELETE", order["@id"]).status_code == 204
    assert refused(partner.call("GET", order["@id"])) == (410, "GoneError")
    assert refused(partner.call("PATCH", order["@id"], {"orderedItem": [cancelled]})) == (410, "GoneError")


def test_a_failure_of_the_program_is_an_error_like_any_other(partner: Partner, monkeypatch) -> None:
    assert refused(on(partner, "broken", "GET", "/orders-rpde")) == (500, "InternalApplicationError")
    monkeypatch.setattr(order_status, "read", lambda *_: 1 / 0)
    assert refused(partner.call("GET", f"/orders/{uuid4()}")) == (500, "InternalApplicationError")


def test_an_account_that_is_not_there_is_not_found(partner: Partner) -> None:
    assert refused(partner.call("GET", f"/customer-accounts/{uuid4()}")) == (404, "NotFoundError")


def test_an_order_is_seen_for_its_own_seller_alone(partner: Partner) -> None:
    other = Partner(partner.app, seller=2)
    order = partner.booked(partner.make())
    assert refused(other.call("GET", order["@id"])) == (404, "UnknownOrderError")
    assert refused(other.call("DELETE", order["@id"])) == (404, "UnknownOrderError")
    assert partner.call("GET", order["@id"]).status_code == 200


def test_a_proposal_is_no_order_and_keeps_its_places_when_its_quote_is_deleted(partner: Partner) -> None:
    one, uuid = partner.make(approval=True), str(uuid4())
    proposal = partner.p(one, uuid=uuid).json
    cancelled = {"@id": proposal["orderedItem"][0]["@id"], "orderItemStatus": f"{OA}CustomerCancelled"}
    answer = partner.call("PATCH", f"/orders/{uuid}", {"orderedItem": [cancelled]})
    assert refused(answer) == (500, "UnexpectedOrderTypeError")
    assert partner.call("DELETE", f"/order-quotes/{uuid}").status_code == 204
    assert partner.left(one) == 9
