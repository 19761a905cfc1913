"""broker-role/reseller-broker: the broker buys from the seller, and may keep its customers to itself."""

import pytest

from tests.sandbox.leisure.partner import CUSTOMER, OA, Json, Partner
from tests.sandbox.leisure.stages import each, each_flow, refused, through

ROLE = f"{OA}ResellerBroker"


@each_flow
@pytest.mark.parametrize("customer", [CUSTOMER, None], ids=["with-customer", "without"])
def test_a_reseller_buys(partner: Partner, customer: Json | None, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    order = through(partner, one, approval=approval, brokerRole=ROLE, customer=customer)
    assert order.status_code == 201, order.json
    assert order.json.get("customer") == customer


@each_flow
def test_a_reseller_is_named(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, brokerRole=ROLE, broker=None).values():
        assert refused(answer) == (400, "IncompleteBrokerDetailsError")
