"""approval/proposal-amendment: the seller offers something else, which the customer has to agree to."""

from dataclasses import replace

import pytest

from tests.sandbox.leisure.approval.proposals import accept, proposed, told_of
from tests.sandbox.leisure.partner import OA, Json, Partner, accepting


@pytest.mark.parametrize(
    ("seller", "was", "is_now", "tax"), [(1, 14.99, 13.49, 2.25), (2, 17.99, 16.19, 2.70)], ids=["gross", "net"]
)
def test_after_an_amendment_only_the_new_version_is_booked_at_the_new_price(
    partner: Partner, seller: int, was: float, is_now: float, tax: float
) -> None:
    partner = replace(partner, seller=seller)
    _, proposal = proposed(partner, criterion="BookableWithNegotiation", price=was)
    assert proposal["totalPaymentDue"]["price"] == was
    amended = amend(partner, proposal)
    assert amended["orderProposalStatus"] == f"{OA}AwaitingSellerConfirmation"
    assert amended["orderProposalVersion"] != proposal["orderProposalVersion"]
    assert amended["orderSellerNote"]
    assert (amended["totalPaymentDue"]["price"], amended["totalPaymentTax"][0]["price"]) == (is_now, tax)
    new = amended["orderProposalVersion"]
    assert accept(partner, proposal, new).json["@type"] == "OrderCreationFailedError"
    assert accept(partner, proposal).json["@type"] == "OrderProposalVersionOutdatedError"
    partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    assert told_of(partner, proposal)["data"]["orderProposalVersion"] == new
    outdated = accept(partner, proposal)
    assert (outdated.status_code, outdated.json["@type"]) == (500, "OrderProposalVersionOutdatedError")
    old_price = stating(partner, proposal, new, was)
    assert (old_price.status_code, old_price.json["@type"]) == (400, "TotalPaymentDueMismatchError")
    booked = stating(partner, proposal, new, is_now)
    assert booked.status_code == 201, booked.json
    for order in (booked.json, partner.call("GET", booked.json["@id"]).json):
        assert (order["totalPaymentDue"]["price"], order["totalPaymentTax"][0]["price"]) == (is_now, tax)
        assert order["orderedItem"][0]["acceptedOffer"]["price"] == 13.49
        assert order["orderedItem"][0]["unitTaxSpecification"][0]["price"] == tax
    assert stating(partner, proposal, new, is_now).json == booked.json


def test_what_is_free_stays_free_and_a_second_amendment_makes_a_third_version(partner: Partner) -> None:
    _, proposal = proposed(partner, criterion="BookableFree")
    first, second = amend(partner, proposal), amend(partner, proposal)
    assert (first["totalPaymentDue"]["price"], second["totalPaymentDue"]["price"]) == (0, 0)
    partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    outdated = accept(partner, proposal, first["orderProposalVersion"])
    assert outdated.json["@type"] == "OrderProposalVersionOutdatedError"
    assert accept(partner, proposal, second["orderProposalVersion"]).status_code == 201


def amend(partner: Partner, proposal: Json) -> Json:
    """Let the seller amend a proposal; return what the feed then says of it."""
    assert partner.act("SellerAmendOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    return dict(told_of(partner, proposal)["data"])


def stating(partner: Partner, proposal: Json, version: str, price: float):
    """Ask B for a version, and state what it costs."""
    due = {"@type": "PriceSpecification", "price": price, "priceCurrency": "GBP"}
    body = {**accepting(version, price), "totalPaymentDue": due}
    return partner.call("PUT", proposal["@id"].replace("order-proposals", "orders"), body)
