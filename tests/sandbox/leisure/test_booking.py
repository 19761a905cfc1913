"""The way of an Order: quotes, booking, cancellation, deletion, and the feeds that tell of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.sandbox.leisure.partner import API, OA, Partner

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot", "Event", "HeadlineEvent", "CourseInstance")


@pytest.mark.parametrize("kind", KINDS)
def test_a_quote_holds_places_and_a_booking_takes_them(partner: Partner, kind: str) -> None:
    one, uuid = partner.make(kind=kind), str(uuid4())
    before = partner.left(one)
    first = partner.c1(one, uuid=uuid)
    assert first.status_code == 200
    assert first.json["orderRequiresApproval"] is False
    assert first.json["lease"]["leaseExpires"]
    assert partner.left(one) == before - 1
    assert partner.c2(one, uuid=uuid).status_code == 200
    assert partner.left(one) == before - 1
    made = partner.b(one, uuid=uuid)
    assert made.status_code == 201
    assert made.json["@id"] == made.headers["Location"] == f"{API}/orders/{uuid}"
    assert made.json["orderedItem"][0]["orderItemStatus"] == f"{OA}OrderItemConfirmed"
    assert partner.left(one) == before - 1
    assert partner.orders_feed(uuid) is None
    status = partner.call("GET", f"/orders/{uuid}").json
    assert status["orderedItem"][0] | {"position": 0} == made.json["orderedItem"][0]


@pytest.mark.parametrize("parent", ["HeadlineEvent", "CourseInstance"])
def test_a_part_of_an_event_is_booked_with_the_whole_in_view(partner: Partner, parent: str) -> None:
    one = partner.make(kind=f"{parent}SubEvent")
    assert one["superEvent"]["@type"] == parent
    assert one["superEvent"]["organizer"]["@id"] == partner.seller_id
    booked = partner.booked(one)["orderedItem"][0]["orderedItem"]
    assert booked["superEvent"]["@id"] == one["superEvent"]["@id"]
    assert "organizer" not in booked["superEvent"]


def test_a_video_has_room_for_everybody(partner: Partner) -> None:
    one = partner.make(kind="OnDemandEvent")
    assert "remainingAttendeeCapacity" not in one
    assert len(partner.booked(*[one] * 30)["orderedItem"]) == 30


def test_the_same_booking_again_is_the_same_answer_and_another_is_refused(partner: Partner) -> None:
    one, uuid = partner.make(), str(uuid4())
    made = partner.b(one, uuid=uuid)
    again = partner.b(one, uuid=uuid)
    assert (again.status_code, again.json) == (made.status_code, made.json)
    assert partner.left(one) == 9
    other = partner.b(one, one, uuid=uuid)
    assert (other.status_code, other.json["@type"]) == (500, "OrderAlreadyExistsError")


def test_a_cancellation_is_told_by_the_feed_and_gives_the_place_back(partner: Partner) -> None:
    one = partner.make("BookableCancellable")
    order = partner.booked(one, one)
    items = [{"@type": "OrderItem", "@id": item["@id"], "orderItemStatus": f"{OA}CustomerCancelled"}
             for item in order["orderedItem"]]  # fmt: skip
    patch = {"@context": OA, "@type": "Order", "orderedItem": items}
    for _ in range(2):
        assert partner.call("PATCH", order["@id"], patch).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert told
    assert {item["orderItemStatus"] for item in told["data"]["orderedItem"]} == {f"{OA}CustomerCancelled"}
    assert told["data"]["totalPaymentDue"]["price"] == 0
    assert partner.left(one) == 10


def test_a_deleted_order_is_deleted_in_the_feed_and_stays_deleted(partner: Partner) -> None:
    one = partner.make()
    order = partner.booked(one)
    assert partner.act("SellerRequestedCancellation", order["@id"]).status_code == 204
    for _ in range(2):
        assert partner.call("DELETE", order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert told
    assert told["state"] == "deleted"
    assert partner.call("GET", order["@id"]).status_code == 410
    assert partner.call("DELETE", f"/orders/{uuid4()}").json["@type"] == "UnknownOrderError"


def test_200_at_once_for_20_places_sell_exactly_20(partner: Partner, state) -> None:
    one = partner.make()
    number = int(re.sub(r".*/", "", one["@id"]))
    with state.store.work() as work:
        work.execute("UPDATE opportunity SET capacity = 20, remaining = 20 WHERE id = %s", [number])
    with ThreadPoolExecutor(32) as crowd:
        answers = list(crowd.map(lambda _: partner.b(one), range(200)))
    assert sorted(answer.status_code for answer in answers) == [201] * 20 + [409] * 180
    refused = {answer.json["orderedItem"][0]["error"][0]["@type"] for answer in answers if answer.status_code == 409}
    assert refused == {"OpportunityIsFullError"}
    assert partner.left(one) == 0
    assert state.store.rows("SELECT count(*) AS sold FROM order_item WHERE opportunity = %(of)s", {"of": number}) == [
        {"sold": 20}
    ]
