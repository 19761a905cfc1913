"""payment/prepayment-required: no booking without a payment."""

from tests.sandbox.leisure.partner import OA, PAYMENT, Partner
from tests.sandbox.leisure.stages import each_flow, last, refused, through

CRITERION = "BookableNonFreePrepaymentRequired"


@each_flow
def test_it_is_booked_with_a_payment(partner: Partner, *, approval: bool) -> None:
    order = through(partner, partner.make(CRITERION, approval=approval), approval=approval)
    assert order.json["totalPaymentDue"]["openBookingPrepayment"] == f"{OA}Required"
    assert order.json["payment"]["identifier"] == "pay-1"


@each_flow
def test_not_without_one(partner: Partner, *, approval: bool) -> None:
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), payment=None)
    assert refused(answer) == (400, "MissingPaymentDetailsError")


@each_flow
def test_nor_with_half_of_one(partner: Partner, *, approval: bool) -> None:
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), payment=PAYMENT)
    assert refused(answer) == (400, "IncompletePaymentDetailsError")


@each_flow
def test_nor_for_another_total(partner: Partner, *, approval: bool) -> None:
    due = {"@type": "PriceSpecification", "price": 15.99, "priceCurrency": "GBP"}
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), totalPaymentDue=due)
    assert refused(answer) == (400, "TotalPaymentDueMismatchError")
