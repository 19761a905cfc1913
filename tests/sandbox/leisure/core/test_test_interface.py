"""core/test-interface: opportunities that fit a criterion, and all of them deleted at once."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.leisure.testing.criteria import CRITERIA
from tests.sandbox.leisure.partner import API, CONTEXT, OA, Json, Partner, offer
from tests.sandbox.leisure.stages import each_flow, each_kind


@each_kind
@pytest.mark.parametrize("criterion", [name.removeprefix("TestOpportunity") for name in CRITERIA])
def test_what_is_made_comes_through_the_feeds(partner: Partner, criterion: str, kind: str) -> None:
    made = partner.make(criterion, kind)
    assert offer(made)["@id"]
    assert ("Free" in criterion and "NonFree" not in criterion) == (offer(made)["price"] == 0)


@each_flow
def test_only_what_needs_approval_says_so(partner: Partner, *, approval: bool) -> None:
    asked = offer(partner.make(approval=approval)).get("openBookingFlowRequirement", [])
    assert (f"{OA}OpenBookingApproval" in asked) == approval


@pytest.mark.parametrize("criterion", ["BookableFreePrepaymentOptional", "BookableFreePrepaymentRequired", "Nonsense"])
def test_what_must_never_be_is_not_made(partner: Partner, criterion: str) -> None:
    who = {"@type": "Organization", "@id": partner.seller_id}
    wish = {
        "@context": CONTEXT,
        "@type": "ScheduledSession",
        "superEvent": {"@type": "SessionSeries", "organizer": who},
        "test:testOpportunityCriteria": f"{OA}test-interface#TestOpportunity{criterion}",
        "test:testOpenBookingFlow": f"{OA}test-interface#OpenBookingSimpleFlow",
    }
    answer = partner.call("POST", "/test-interface/datasets/other/opportunities", wish)
    assert (answer.status_code, answer.json["@type"]) == (500, "InternalOpenBookingError")


def test_actions_need_an_order_of_the_right_kind(partner: Partner) -> None:
    order = partner.booked(partner.make())
    assert partner.act("SellerAcceptOrderProposal", order["@id"]).json["@type"] == "UnexpectedOrderTypeError"
    unknown = partner.act("CustomerNotice", f"{API}/orders/00000000-0000-4000-8000-000000000000")
    assert (unknown.status_code, unknown.json["@type"]) == (404, "UnknownOrderError")
    assert partner.act("Levitate", order["@id"]).json["@type"] == "InternalOpenBookingError"


def test_an_emptied_dataset_takes_its_orders_along_and_leaves_the_others(partner: Partner) -> None:
    kept = partner.make()
    gone = partner.make(dataset="emptied")
    order, held = partner.booked(gone), partner.p(partner.make(approval=True, dataset="emptied"))
    assert partner.act("CustomerNotice", order["@id"]).status_code == 204
    assert partner.call("DELETE", "/test-interface/datasets/emptied", bare=True).status_code == 204
    assert partner.call("GET", order["@id"]).status_code == 410
    assert held.status_code == 201
    told = partner.orders_feed(order["identifier"])
    assert told
    assert told["state"] == "deleted"
    assert partner.left(kept) == 10
    assert partner.call("DELETE", order["@id"]).status_code == 204


def shaped(partner: Partner, kind: str, criterion: str, opportunity: Json, offered: Json):
    """Ask for an opportunity with shape expressions, as the suite does with `useShapeExpressions`."""

    def expression(wanted: Json) -> list[Json]:
        return [{"@type": "test:TripleConstraint", "predicate": name, "valueExpr": one} for name, one in wanted.items()]

    body = {
        **partner._shape(kind),
        "test:testOpportunityCriteria": f"{OA}test-interface#TestOpportunity{criterion}",
        "test:testOpenBookingFlow": f"{OA}test-interface#OpenBookingSimpleFlow",
        "test:testOpportunityDataShapeExpression": expression(opportunity),
        "test:testOfferDataShapeExpression": expression(offered),
    }
    return partner.call("POST", "/test-interface/datasets/shaped/opportunities", body)


def future() -> Json:
    """Return what the suite demands of all that lies ahead."""
    cancelled = ["https://schema.org/EventCancelled", "https://schema.org/EventPostponed"]
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return {
        "schema:startDate": {"@type": "test:DateRangeNodeConstraint", "minDate": later},
        "schema:eventStatus": {"@type": "test:OptionNodeConstraint", "blocklist": cancelled},
        "oa:isOpenBookingAllowed": {"@type": "test:BooleanNodeConstraint", "value": True},
        "oa:taxMode": {"@type": "test:OptionNodeConstraint", "allowlist": [f"{OA}TaxGross"]},
        "schema:termsOfService": {"@type": "test:ArrayConstraint", "datatype": "oa:Terms", "minLength": 1},
    }


PAID = {"schema:price": {"@type": "NumericNodeConstraint", "mininclusive": 0.01}}
NO_DETAILS = {
    "oa:openBookingFlowRequirement": {
        "@type": "test:ArrayConstraint",
        "excludesAll": [f"{OA}OpenBookingAttendeeDetails", f"{OA}OpenBookingIntakeForm"],
    }
}


@each_kind
def test_shape_expressions_are_met_or_refused(partner: Partner, kind: str) -> None:
    now = datetime.now(UTC).isoformat()
    opened = {"@type": "test:DateRangeNodeConstraint", "maxDate": now, "allowNull": True}
    refund = {"@type": "test:BooleanNodeConstraint", "value": False}
    never = {"@type": "test:NullNodeConstraint"}
    places = "oa:remainingUses" if kind.endswith("Slot") else "schema:remainingAttendeeCapacity"
    five = {places: {"@type": "NumericNodeConstraint", "mininclusive": 5, "maxinclusive": 5}}
    fine = [
        ("BookableNonFree", future(), {**PAID, **NO_DETAILS, "oa:validFromBeforeStartDate": opened}),
        ("BookableWithinValidFromBeforeStartDate", future(), {"oa:validFromBeforeStartDate": opened}),
        ("BookableNotCancellable", future(), {"oa:allowCustomerCancellationFullRefund": refund}),
        ("BookableCancellable", future(), {"oa:latestCancellationBeforeStartDate": never}),
        ("BookableFiveSpaces", {**future(), **five}, NO_DETAILS),
    ]
    for criterion, opportunity, offered in fine:
        answer = shaped(partner, kind, criterion, opportunity, offered)
        assert answer.status_code == 200, (criterion, answer.json)
    wrong = [
        ("BookableFree", {}, PAID, "price"),
        ("BookableInPast", future(), {}, "startDate"),
        ("BookableCancellable", {}, {"oa:allowCustomerCancellationFullRefund": refund}, "allowCustomer"),
        ("BookableCancellableWithinWindow", {}, {"oa:latestCancellationBeforeStartDate": never}, "latestCancellation"),
        ("BookableAttendeeDetails", {}, NO_DETAILS, "openBookingFlowRequirement"),
        ("BookableOutsideValidFromBeforeStartDate", {}, {"oa:validFromBeforeStartDate": opened}, "validFrom"),
        ("Bookable", five, {}, "remaining"),
    ]
    for criterion, opportunity, offered, named in wrong:
        answer = shaped(partner, kind, criterion, opportunity, offered)
        assert (answer.status_code, answer.json["description"].startswith(named)) == (500, True), criterion
