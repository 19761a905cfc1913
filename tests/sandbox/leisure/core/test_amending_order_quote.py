"""core/amending-order-quote: the same UUID, and other items: the last ones count."""

from uuid import uuid4

import pytest

from tests.sandbox.leisure.partner import CUSTOMER, Partner
from tests.sandbox.leisure.stages import each_kind


@each_kind
@pytest.mark.parametrize("before", [["c1"], ["c1", "c2"]], ids="-".join)
@pytest.mark.parametrize("after", [["c2"], ["c1", "c2"]], ids="-".join)
def test_the_last_items_are_booked_and_the_first_are_free_again(partner, kind, before, after) -> None:
    first, second, uuid = partner.make(kind=kind), partner.make(kind=kind), str(uuid4())
    for stage in before:
        assert getattr(partner, stage)(first, first, uuid=uuid).status_code == 200
    assert partner.left(first) == 8
    for stage in after:
        assert getattr(partner, stage)(second, uuid=uuid).status_code == 200
    assert (partner.left(first), partner.left(second)) == (10, 9)
    order = partner.b(second, uuid=uuid).json
    assert [item["orderedItem"]["@id"] for item in order["orderedItem"]] == [second["@id"]]
    assert (partner.left(first), partner.left(second)) == (10, 9)


def test_the_last_customer_counts(partner: Partner) -> None:
    one, uuid = partner.make(), str(uuid4())
    other = {**CUSTOMER, "email": "alex@example.com"}
    partner.c2(one, uuid=uuid)
    assert partner.c2(one, uuid=uuid, customer=other).json["customer"] == other
    assert partner.b(one, uuid=uuid, customer=other).json["customer"]["email"] == "alex@example.com"
