"""payment/prepayment-optional: the customer may pay now, or later."""

import pytest

from tests.sandbox.leisure.partner import OA, PAYMENT, Json, Partner
from tests.sandbox.leisure.stages import each_flow, last, refused

CRITERION = "BookableNonFreePrepaymentOptional"


@each_flow
@pytest.mark.parametrize("payment", [{**PAYMENT, "identifier": "pay-1"}, None], ids=["with", "without"])
def test_it_is_booked_either_way(partner: Partner, payment: Json | None, *, approval: bool) -> None:
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), payment=payment)
    assert answer.status_code == 201, answer.json
    assert answer.json["totalPaymentDue"]["openBookingPrepayment"] == f"{OA}Optional"
    assert answer.json.get("payment") == payment


@each_flow
def test_half_a_payment_is_none(partner: Partner, *, approval: bool) -> None:
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), payment=PAYMENT)
    assert refused(answer) == (400, "IncompletePaymentDetailsError")


@each_flow
def test_another_total_is_refused(partner: Partner, *, approval: bool) -> None:
    due = {"@type": "PriceSpecification", "price": 15.99, "priceCurrency": "GBP"}
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), totalPaymentDue=due)
    assert refused(answer) == (400, "TotalPaymentDueMismatchError")
