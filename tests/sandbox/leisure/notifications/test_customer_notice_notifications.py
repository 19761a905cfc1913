"""notifications/customer-notice-notifications: the seller has something to say."""

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_flow, through


@each_flow
def test_every_item_carries_the_notice(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    order = through(partner, one, one, approval=approval).json
    assert partner.act("CustomerNotice", order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert all(item["customerNotice"] for item in told["data"]["orderedItem"])
    assert not {"customer", "broker", "payment", "seller"} & set(told["data"])


def test_what_is_cancelled_gets_none(partner: Partner) -> None:
    order = partner.booked(partner.make())
    partner.act("SellerRequestedCancellation", order["@id"])
    partner.act("CustomerNotice", order["@id"])
    assert "customerNotice" not in partner.orders_feed(order["identifier"])["data"]["orderedItem"][0]
