"""authentication/booking-partner-authentication: each booking partner sees its own Orders, and no others."""

from dataclasses import replace

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import refused, through

SECONDARY = "secondary"


def test_the_orders_feed_is_the_partners_own(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableCancellable"))
    partner.act("SellerRequestedCancellation", order["@id"])
    other = replace(partner, name=SECONDARY)
    assert partner.orders_feed(order["identifier"])
    assert other.orders_feed(order["identifier"]) is None
    assert refused(other.call("GET", order["@id"])) == (404, "UnknownOrderError")
    assert refused(other.call("DELETE", order["@id"])) == (404, "UnknownOrderError")


def test_the_proposals_feed_is_too(partner: Partner) -> None:
    order = through(partner, partner.make(approval=True), approval=True).json
    other = replace(partner, name=SECONDARY)
    assert partner.orders_feed(order["identifier"], "order-proposals-rpde")["state"] == "deleted"
    assert other.orders_feed(order["identifier"], "order-proposals-rpde") is None


def test_without_credentials_nothing_is_told(partner: Partner) -> None:
    for path in ("/orders-rpde", "/order-proposals-rpde"):
        assert refused(partner.call("GET", path, bare=True)) == (403, "NoAPITokenError")
