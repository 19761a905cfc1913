"""broker-role/no-broker: the customer books with the seller directly."""

from tests.sandbox.leisure.partner import OA, Partner
from tests.sandbox.leisure.stages import each, each_flow, refused, through

NOBODY = {"brokerRole": f"{OA}NoBroker", "broker": None}


@each_flow
def test_a_customer_needs_no_broker(partner: Partner, *, approval: bool) -> None:
    order = through(partner, partner.make(approval=approval), approval=approval, **NOBODY)
    assert order.status_code == 201
    assert "broker" not in order.json


@each_flow
def test_a_broker_beside_none_is_one_too_many(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, brokerRole=f"{OA}NoBroker").values():
        assert refused(answer) == (400, "IncompleteBrokerDetailsError")


@each_flow
def test_somebody_must_buy(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, c1=False, customer=None, **NOBODY).values():
        assert refused(answer) == (400, "IncompleteCustomerDetailsError")
