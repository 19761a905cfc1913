"""details-capture/customer-details-capture-identifier, …-non-essential: who the customer is, reflected."""

import pytest

from tests.sandbox.leisure.partner import CUSTOMER, Json, Partner
from tests.sandbox.leisure.stages import each_flow, through

FULL = {**CUSTOMER, "telephone": "01632 960999", "identifier": "customer-1"}


@each_flow
@pytest.mark.parametrize("customer", [CUSTOMER, FULL, {**FULL, "email": "Sam@Example.com"}])
def test_all_that_was_told_is_reflected(partner: Partner, customer: Json, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    assert "customer" not in partner.c1(one, customer=customer).json
    assert partner.c2(one, customer=customer).json["customer"] == customer
    assert through(partner, one, approval=approval, customer=customer).json["customer"] == customer
