"""cancellation/seller-requested-cancellation, and …-message: the seller cancels all of it at once."""

import pytest

from tests.sandbox.leisure.cancellation.patches import patch, statuses
from tests.sandbox.leisure.partner import OA, Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, refused, through


@each_kind
@each_flow
@pytest.mark.parametrize("message", ["", "WithMessage"])
def test_the_feed_tells_and_the_places_are_free(partner: Partner, kind: str, message: str, *, approval: bool) -> None:
    one = partner.make(kind=kind, approval=approval)
    order = through(partner, one, one, approval=approval).json
    assert partner.act(f"SellerRequestedCancellation{message}", order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert statuses(told) == [f"{OA}SellerCancelled"] * 2
    assert {bool(item.get("cancellationMessage")) for item in told["data"]["orderedItem"]} == {bool(message)}
    assert told["data"]["totalPaymentDue"]["price"] == 0
    assert partner.left(one) == 10
    partner.act("SellerRequestedCancellation", order["@id"])
    assert partner.left(one) == 10


def test_what_the_seller_cancelled_the_customer_cannot(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableCancellable"))
    partner.act("SellerRequestedCancellation", order["@id"])
    answer = partner.call("PATCH", order["@id"], patch(*order["orderedItem"]))
    assert refused(answer) == (400, "CancellationNotPermittedError")
