"""payment/payment-reconciliation-detail-validation: which account, which provider, and nothing else."""

import pytest

from tests.sandbox.leisure.partner import PAYMENT, Json, Partner
from tests.sandbox.leisure.stages import each_flow, refused, through

WRONG = [{**PAYMENT, "accountId": "another"}, {"@type": "Payment"}]


@each_flow
def test_the_right_details_are_echoed(partner: Partner, *, approval: bool) -> None:
    one = partner.make("BookableUsingPayment", approval=approval)
    for call in (partner.c1, partner.c2):
        assert call(one, payment=PAYMENT).json["payment"] == PAYMENT
    paid = {**PAYMENT, "identifier": "pay-1"}
    assert through(partner, one, approval=approval).json["payment"] == paid


@pytest.mark.parametrize("payment", WRONG, ids=["wrong", "missing"])
@pytest.mark.parametrize("criterion", ["BookableUsingPayment", "BookableFree"])
def test_others_are_refused_even_for_nothing(partner: Partner, criterion: str, payment: Json) -> None:
    one = partner.make(criterion)
    for call in (partner.c1, partner.c2, partner.b):
        assert refused(call(one, payment=payment)) == (400, "InvalidPaymentDetailsError")


def test_what_is_free_says_nothing_of_payment(partner: Partner) -> None:
    one = partner.make("BookableFree")
    for call in (partner.c1, partner.c2):
        answer = call(one, payment=PAYMENT)
        assert answer.status_code == 200
        assert "payment" not in answer.json
