"""cancellation/seller-requested-replacement: another opportunity, at the same price or less."""

import pytest

from tests.sandbox.leisure.cancellation.patches import CONFIRMED, statuses
from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_kind, refused, through


@each_kind
def test_the_seller_lays_on_another(partner: Partner, kind: str) -> None:
    one = partner.make("BookableNonFree", kind)
    order = through(partner, one, one).json
    assert partner.act("Replacement", order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    first, second = told["data"]["orderedItem"]
    assert first["orderedItem"]["@id"] != one["@id"] == second["orderedItem"]["@id"]
    assert first["orderedItem"]["startDate"] > one["startDate"]
    assert [first["@id"], second["@id"]] == [item["@id"] for item in order["orderedItem"]]
    assert statuses(told) == [CONFIRMED, CONFIRMED]
    assert told["data"]["totalPaymentDue"]["price"] == 29.98
    new = partner.item(one["@type"], first["orderedItem"]["@id"])
    assert (partner.left(one), partner.left(new)) == (9, 9)


def test_the_next_of_the_series_is_taken_where_there_is_one(partner: Partner) -> None:
    one = partner.make("BookableNonFree")
    orders = [partner.booked(one) for _ in range(2)]
    for order in orders:
        partner.act("Replacement", order["@id"])
    moved = {
        partner.orders_feed(order["identifier"])["data"]["orderedItem"][0]["orderedItem"]["@id"] for order in orders
    }
    assert len(moved) == 1
    assert partner.left(one) == 10
    assert partner.left(partner.item(one["@type"], moved.pop())) == 8


@pytest.mark.parametrize("kind", ["Event", "CourseInstance", "HeadlineEvent"])
def test_what_stands_alone_is_replaced_too(partner: Partner, kind: str) -> None:
    one = partner.make("BookableNonFree", kind)
    order = partner.booked(one)
    partner.act("Replacement", order["@id"])
    told = partner.orders_feed(order["identifier"])["data"]["orderedItem"][0]
    assert told["orderedItem"]["@id"] != one["@id"]
    assert told["acceptedOffer"]["@id"].startswith(told["orderedItem"]["@id"])


def test_what_is_cancelled_is_not_replaced(partner: Partner) -> None:
    order = partner.booked(partner.make())
    partner.act("SellerRequestedCancellation", order["@id"])
    assert refused(partner.act("Replacement", order["@id"])) == (500, "UnexpectedOrderTypeError")
