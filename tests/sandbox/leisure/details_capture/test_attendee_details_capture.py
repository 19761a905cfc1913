"""details-capture/attendee-details-capture: who takes part."""

from tests.sandbox.leisure.partner import OA, Partner, item
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors, through

CRITERION = "BookableAttendeeDetails"
SOMEBODY = {
    "@type": "Person",
    "givenName": "Kim",
    "familyName": "Specimen",
    "email": "kim@example.com",
    "telephone": "01632 960998",
}


@each_kind
@each_flow
def test_it_is_asked_for_and_demanded(partner: Partner, kind: str, *, approval: bool) -> None:
    one, other = partner.make(CRITERION, kind, approval=approval), partner.make(kind=kind, approval=approval)
    first = partner.c1(one, other)
    assert first.status_code == 200
    asked, free = first.json["orderedItem"]
    assert "https://schema.org/givenName" in asked["attendeeDetailsRequired"]
    assert "attendeeDetailsRequired" not in free
    for answer in each(partner, one, other, approval=approval, c1=False).values():
        assert item_errors(answer) == [["IncompleteAttendeeDetailsError"], []]
        assert answer.json["totalPaymentDue"]["price"] == 29.98


def test_half_of_it_is_not_enough(partner: Partner) -> None:
    one = partner.make(CRITERION)
    items = [{**item(one, 0), "attendee": {**SOMEBODY, "telephone": ""}}]
    assert item_errors(partner.c2(one, orderedItem=items)) == [["IncompleteAttendeeDetailsError"]]


@each_flow
def test_whoever_is_named_is_kept(partner: Partner, *, approval: bool) -> None:
    one, other = partner.make(CRITERION, approval=approval), partner.make(approval=approval)
    items = [{**item(thing, index), "attendee": SOMEBODY} for index, thing in enumerate((one, other))]
    order = through(partner, one, other, approval=approval, orderedItem=items)
    assert order.status_code == 201, order.json
    assert [shown["attendee"] for shown in order.json["orderedItem"]] == [SOMEBODY, SOMEBODY]
    partner.act("CustomerNotice", order.json["@id"])
    told = partner.orders_feed(order.json["identifier"])["data"]["orderedItem"]
    assert all("attendee" not in shown for shown in told)


def test_the_open_data_says_so_and_an_order_does_not(partner: Partner) -> None:
    one = partner.make(CRITERION)
    assert one["superEvent"]["offers"][0]["openBookingFlowRequirement"] == [f"{OA}OpenBookingAttendeeDetails"]
    assert "openBookingFlowRequirement" not in partner.c1(one).json["orderedItem"][0]["acceptedOffer"]
