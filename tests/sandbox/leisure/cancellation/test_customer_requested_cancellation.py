"""cancellation/customer-requested-cancellation: all the items that are named, or none."""

from uuid import uuid4

from tests.sandbox.leisure.cancellation.patches import CANCELLED, CONFIRMED, patch, statuses
from tests.sandbox.leisure.partner import OA, Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, refused, through


@each_kind
@each_flow
def test_all_of_it_is_cancelled_and_once_more(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableCancellable", kind, approval=approval)
    order = through(partner, one, one, approval=approval).json
    for _ in range(2):
        assert partner.call("PATCH", order["@id"], patch(*order["orderedItem"])).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert statuses(told) == [CANCELLED, CANCELLED]
    assert [item["@id"] for item in told["data"]["orderedItem"]] == [item["@id"] for item in order["orderedItem"]]
    assert told["data"]["totalPaymentDue"]["price"] == 0
    assert partner.left(one) == 10


def test_a_part_of_it_is_cancelled_and_the_total_falls(partner: Partner) -> None:
    one, other = partner.make("BookableNonFreeCancellable"), partner.make("BookableNonFreeCancellable")
    order = through(partner, one, other).json
    partner.call("PATCH", order["@id"], patch(order["orderedItem"][0]))
    told = partner.orders_feed(order["identifier"])
    assert statuses(told) == [CANCELLED, CONFIRMED]
    assert told["data"]["totalPaymentDue"]["price"] == 14.99
    assert (partner.left(one), partner.left(other)) == (10, 9)
    now = partner.call("GET", order["@id"]).json
    assert [item["orderItemStatus"] for item in now["orderedItem"]] == [CANCELLED, CONFIRMED]
    assert now["totalPaymentDue"]["price"] == 14.99


def test_with_one_that_may_not_be_none_is(partner: Partner) -> None:
    may, may_not = partner.make("BookableCancellable"), partner.make("BookableNotCancellable")
    order = through(partner, may, may_not, may).json
    first, middle, _ = order["orderedItem"]
    answer = partner.call("PATCH", order["@id"], patch(first, middle))
    assert refused(answer) == (400, "CancellationNotPermittedError")
    assert partner.orders_feed(order["identifier"]) is None
    assert partner.left(may) == 8
    assert partner.call("PATCH", order["@id"], patch(first)).status_code == 204
    assert statuses(partner.orders_feed(order["identifier"])) == [CANCELLED, CONFIRMED, CONFIRMED]


def test_an_item_that_never_was_and_one_of_another_order_are_told_apart(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableCancellable"))
    item = order["orderedItem"][0]["@id"]
    made_up = partner.call("PATCH", order["@id"], patch(f"{item}-0-"))
    assert refused(made_up) == (500, "OrderItemIdInvalidError")
    elsewhere = partner.call("PATCH", f"/orders/{uuid4()}", patch(item))
    assert refused(elsewhere) == (500, "OrderItemNotWithinOrderError")
    nowhere = partner.call("PATCH", f"/orders/{uuid4()}", patch("https://example.com/#/orderedItems/1"))
    assert refused(nowhere) == (404, "UnknownOrderError")


def test_nothing_else_may_be_changed(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableCancellable"))
    item = order["orderedItem"][0]
    other = partner.call("PATCH", order["@id"], patch(item, status=f"{OA}SellerCancelled"))
    assert refused(other) == (400, "PatchNotAllowedOnPropertyError")
    more = partner.call("PATCH", order["@id"], patch(item, **{"@id": order["@id"]}))
    assert refused(more) == (400, "PatchContainsExcessivePropertiesError")


def test_another_partners_order_is_unknown(partner: Partner) -> None:
    from dataclasses import replace

    order = partner.booked(partner.make("BookableCancellable"))
    answer = replace(partner, name="secondary").call("PATCH", order["@id"], patch(*order["orderedItem"]))
    assert refused(answer) == (500, "OrderItemNotWithinOrderError")
    assert partner.orders_feed(order["identifier"]) is None


def test_what_has_taken_place_is_not_cancelled(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableCancellable"))
    partner.act("AttendeeAttended", order["@id"])
    answer = partner.call("PATCH", order["@id"], patch(*order["orderedItem"]))
    assert refused(answer) == (400, "CancellationNotPermittedError")
