"""payment/free-opportunities: nothing to pay, and no payment."""

from uuid import uuid4

import pytest

from tests.sandbox.leisure.partner import OA, PAYMENT, Partner, offer
from tests.sandbox.leisure.stages import each_flow, each_kind, last, refused, through


@each_kind
@each_flow
def test_what_is_free_is_booked_without_payment(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableFree", kind, approval=approval)
    order = through(partner, one, approval=approval)
    assert order.status_code == 201, order.json
    due = order.json["totalPaymentDue"]
    assert (due["price"], due["openBookingPrepayment"]) == (0, f"{OA}Unavailable")
    assert "payment" not in order.json


@each_flow
def test_a_payment_for_nothing_is_refused(partner: Partner, *, approval: bool) -> None:
    one = partner.make("BookableFree", approval=approval)
    answer = last(partner, approval=approval)(one, payment={**PAYMENT, "identifier": "pay-1"})
    assert refused(answer) == (400, "UnnecessaryPaymentDetailsError")


def test_it_is_booked_without_quotes_and_again_as_before(partner: Partner) -> None:
    one, uuid = partner.make("BookableFree"), str(uuid4())
    made, again = partner.b(one, uuid=uuid), partner.b(one, uuid=uuid)
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json == again.json
    assert partner.left(one) == 9


@each_flow
def test_another_total_is_refused(partner: Partner, *, approval: bool) -> None:
    one = partner.make("BookableFree", approval=approval)
    due = {"@type": "PriceSpecification", "price": 1, "priceCurrency": "GBP"}
    assert refused(last(partner, approval=approval)(one, totalPaymentDue=due)) == (400, "TotalPaymentDueMismatchError")


@pytest.mark.parametrize("wanted", ["Optional", "Required"])
def test_nothing_free_is_to_be_prepaid(partner: Partner, programme, wanted: str) -> None:
    assert "openBookingPrepayment" not in offer(partner.make("BookableFree"))
    rows = programme.store.rows("SELECT data FROM opportunity")
    offers = [one for row in rows for one in (row["data"] or {}).get("offers", []) if not one["price"]]
    assert offers
    assert not [one for one in offers if one.get("openBookingPrepayment", "").endswith(wanted)]
