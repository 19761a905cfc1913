"""core/order-deletion: an Order is deleted once and for all, however often that is asked."""

from uuid import uuid4

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, refused, through


@each_flow
def test_a_second_deletion_is_as_good_as_the_first(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    order = through(partner, one, approval=approval).json
    assert partner.left(one) == 9
    for _ in range(2):
        assert partner.call("DELETE", order["@id"]).status_code == 204
        assert partner.left(one) == 10
    assert partner.orders_feed(order["identifier"]) is None
    assert refused(partner.b(one, uuid=order["identifier"])) == (500, "OrderAlreadyExistsError")


@each_kind
def test_a_quote_is_deleted_with_its_lease(partner: Partner, kind: str) -> None:
    one, uuid = partner.make(kind=kind), str(uuid4())
    partner.c2(one, uuid=uuid)
    for _ in range(2):
        assert partner.call("DELETE", f"/order-quotes/{uuid}").status_code == 204
        assert partner.left(one) == 10


def test_what_never_was_cannot_be_deleted(partner: Partner) -> None:
    assert refused(partner.call("DELETE", f"/orders/{uuid4()}")) == (404, "UnknownOrderError")
    assert partner.call("DELETE", f"/order-quotes/{uuid4()}").status_code == 204


@each_flow
def test_what_the_feed_told_of_is_deleted_there(partner: Partner, *, approval: bool) -> None:
    order = through(partner, partner.make(approval=approval), approval=approval).json
    partner.act("SellerRequestedCancellation", order["@id"])
    assert partner.orders_feed(order["identifier"])["state"] == "updated"
    partner.call("DELETE", order["@id"])
    told = partner.orders_feed(order["identifier"])
    assert (told["state"], "data" in told) == ("deleted", False)
