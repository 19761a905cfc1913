"""tax: VAT within the price, or on top; for a person, or for a business.

business-to-consumer-tax-calculation-gross, business-to-consumer-tax-calculation-net,
business-to-business-tax-calculation-gross, business-to-business-tax-calculation-net.
"""

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.sandbox.leisure.cancellation.patches import patch
from tests.sandbox.leisure.partner import CUSTOMER, OA, Json, Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, through

BUSINESS = {"@type": "Organization", "name": "Specimen Limited", "email": "office@example.com"}
MODES = {"TaxGross": (1, 29.98, 5.00), "TaxNet": (2, 35.98, 6.00)}


@each_kind
@each_flow
@pytest.mark.parametrize("customer", [CUSTOMER, BUSINESS], ids=["consumer", "business"])
@pytest.mark.parametrize("mode", MODES)
def test_total_and_tax(partner: Partner, mode: str, customer: Json, kind: str, *, approval: bool) -> None:
    number, total, tax = MODES[mode]
    seller = replace(partner, seller=number)
    one = seller.make(f"BookableNonFree{mode}", kind, approval=approval)
    order = through(seller, one, one, approval=approval, customer=customer)
    assert order.status_code == 201, order.json
    for answer in (seller.c1(one, one), seller.c2(one, one, customer=customer), order):
        assert answer.json["seller"]["taxMode"].endswith(mode)
        assert answer.json["totalPaymentDue"]["price"] == total
        assert [charge["price"] for charge in answer.json["totalPaymentTax"]] == [tax]
        units = [charge["price"] for item in answer.json["orderedItem"] for charge in item["unitTaxSpecification"]]
        assert sum(units) == pytest.approx(tax)
        assert "taxCalculationExcluded" not in answer.json


def test_a_consumer_books_gross_without_quotes(partner: Partner) -> None:
    assert partner.b(partner.make("BookableNonFreeTaxGross")).status_code == 201


def test_a_part_that_is_cancelled_takes_its_tax_along(partner: Partner) -> None:
    seller = replace(partner, seller=2)
    one = seller.make("BookableNonFreeTaxNet")
    order = through(seller, one, one).json
    seller.call("PATCH", order["@id"], patch(order["orderedItem"][0]))
    told = seller.orders_feed(order["identifier"])["data"]
    assert (told["totalPaymentDue"]["price"], told["totalPaymentTax"][0]["price"]) == (17.99, 3)


@each_flow
def test_a_seller_may_leave_the_tax_to_who_resells(partner: Partner, *, approval: bool) -> None:
    seller, reseller = replace(partner, seller=2), {"brokerRole": f"{OA}ResellerBroker"}
    one, uuid = seller.make("BookableNonFreeTaxNet", approval=approval), str(uuid4())
    quotes = [seller.c1(one, one, uuid=uuid, **reseller), seller.c2(one, one, uuid=uuid, **reseller)]
    order = through(seller, one, one, uuid=uuid, approval=approval, **reseller)
    status = seller.call("GET", order.json["@id"])
    for answer in (*quotes, order, status):
        assert answer.json["taxCalculationExcluded"] is True
        assert answer.json["totalPaymentDue"]["price"] == 29.98
        assert "totalPaymentTax" not in answer.json
        assert not any("unitTaxSpecification" in item for item in answer.json["orderedItem"])
    seller.call("PATCH", order.json["@id"], patch(order.json["orderedItem"][0]))
    told = seller.orders_feed(order.json["identifier"])["data"]
    assert (told["totalPaymentDue"]["price"], told["taxCalculationExcluded"]) == (14.99, True)
    assert partner.c1(partner.make(), **reseller).json["totalPaymentTax"]  # the other seller works it out
