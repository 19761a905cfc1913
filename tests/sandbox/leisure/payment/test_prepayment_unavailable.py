"""payment/prepayment-unavailable: paid at the desk, and stated all the same."""

import pytest

from tests.sandbox.leisure.partner import OA, PAYMENT, Json, Partner
from tests.sandbox.leisure.stages import each_flow, last, refused, through

CRITERION = "BookableNonFreePrepaymentUnavailable"


@each_flow
def test_it_is_booked_without_a_payment(partner: Partner, *, approval: bool) -> None:
    one = partner.make(CRITERION, approval=approval)
    answer = last(partner, approval=approval)(one)
    assert answer.status_code == 201, answer.json
    due = answer.json["totalPaymentDue"]
    assert (due["price"], due["openBookingPrepayment"]) == (14.99, f"{OA}Unavailable")


@each_flow
@pytest.mark.parametrize("payment", [{**PAYMENT, "identifier": "pay-1"}, PAYMENT], ids=["whole", "half"])
def test_a_payment_is_refused(partner: Partner, payment: Json, *, approval: bool) -> None:
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), payment=payment)
    assert refused(answer) == (400, "UnnecessaryPaymentDetailsError")


def test_a_quote_may_name_the_account(partner: Partner) -> None:
    assert partner.c2(partner.make(CRITERION), payment=PAYMENT).json["payment"] == PAYMENT


@each_flow
def test_another_total_is_refused(partner: Partner, *, approval: bool) -> None:
    due = {"@type": "PriceSpecification", "price": 0, "priceCurrency": "GBP"}
    answer = last(partner, approval=approval)(partner.make(CRITERION, approval=approval), totalPaymentDue=due)
    assert refused(answer) == (400, "TotalPaymentDueMismatchError")


def test_beside_what_is_free_it_is_booked_too(partner: Partner) -> None:
    assert through(partner, partner.make(CRITERION), partner.make("BookableFree")).status_code == 201
