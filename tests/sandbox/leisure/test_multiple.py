"""Orders over every kind, two items of the same opportunity and a control of each: the suite's "Multiple" runs."""

from uuid import uuid4

from tests.sandbox.leisure.partner import OA, Json, Partner, item
from tests.sandbox.leisure.stages import each, each_flow, item_errors, through

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot", "Event")
WRONG = ("IncompleteAttendeeDetailsError", "BookableAttendeeDetails"), ("OpportunityIsFullError", "BookableNoSpaces")
PERSON = {
    "@type": "Person",
    "telephone": "01632 960999",
    "givenName": "Sam",
    "familyName": "S",
    "email": "s@example.com",
}


def _things(partner: Partner, criterion: str, *, approval: bool) -> list[Json]:
    things = []
    for kind in KINDS:
        one = partner.make(criterion, kind, approval=approval)
        again = partner.make(criterion, kind, approval=approval) if kind == "IndividualFacilityUseSlot" else one
        things += [one, again, partner.make("Bookable", kind, approval=approval)]
    return things


@each_flow
def test_only_what_is_wrong_has_an_error(partner: Partner, *, approval: bool) -> None:
    for error, criterion in WRONG:
        things = _things(partner, criterion, approval=approval)
        answers = each(partner, *things, approval=approval, c1=criterion == "BookableNoSpaces")
        for stage, answer in answers.items():
            assert item_errors(answer) == [[error], [error], []] * len(KINDS), (stage, error)
            assert [one["position"] for one in answer.json["orderedItem"]] == list(range(len(things)))


@each_flow
def test_all_are_booked_and_told_of_in_the_same_order(partner: Partner, *, approval: bool) -> None:
    uuid, things = str(uuid4()), _things(partner, "BookableAttendeeDetails", approval=approval)
    before = {one["@id"]: partner.left(one) for one in things}
    items = [{**item(one, place), "attendee": PERSON} for place, one in enumerate(things)]
    order = through(partner, *things, approval=approval, uuid=uuid, orderedItem=items)
    assert order.status_code == 201, order.json
    assert [one["orderedItem"]["@id"] for one in order.json["orderedItem"]] == [one["@id"] for one in things]
    taken = {id_: count - sum(one["@id"] == id_ for one in things) for id_, count in before.items()}
    assert {one["@id"]: partner.left(one) for one in things} == taken
    assert partner.act("SellerRequestedCancellation", order.json["@id"]).status_code == 204
    told = partner.orders_feed(uuid)["data"]["orderedItem"]
    assert [one["@id"] for one in told] == [one["@id"] for one in order.json["orderedItem"]]
    assert {one["orderItemStatus"] for one in told} == {f"{OA}SellerCancelled"}
    assert {one["@id"]: partner.left(one) for one in things} == before
