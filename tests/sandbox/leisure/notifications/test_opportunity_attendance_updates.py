"""notifications/opportunity-attendance-updates: who came, and who did not."""

import pytest

from tests.sandbox.leisure.cancellation.patches import statuses
from tests.sandbox.leisure.partner import OA, Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, through


@each_kind
@each_flow
@pytest.mark.parametrize("status", ["AttendeeAttended", "AttendeeAbsent"])
def test_the_orders_feed_tells(partner: Partner, kind: str, status: str, *, approval: bool) -> None:
    one = partner.make(kind=kind, approval=approval)
    order = through(partner, one, one, approval=approval).json
    assert partner.act(status, order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert statuses(told) == [f"{OA}{status}"] * 2
    assert told["data"]["totalPaymentDue"]["price"] == order["totalPaymentDue"]["price"]
    assert partner.left(one) == 8
