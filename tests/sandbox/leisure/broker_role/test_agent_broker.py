"""broker-role/agent-broker: the customer buys from the seller, so the seller must know the customer."""

from tests.sandbox.leisure.partner import OA, Partner
from tests.sandbox.leisure.stages import each, each_flow, refused, through


@each_flow
def test_a_customer_is_booked_for(partner: Partner, *, approval: bool) -> None:
    order = through(partner, partner.make(approval=approval), approval=approval)
    assert order.json["brokerRole"] == f"{OA}AgentBroker"
    assert order.json["customer"]["email"]


@each_flow
def test_without_a_customer_nothing_is_booked(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, c1=False, customer=None).values():
        assert refused(answer) == (400, "IncompleteCustomerDetailsError")
