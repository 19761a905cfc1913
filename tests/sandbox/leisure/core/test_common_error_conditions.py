"""core/common-error-conditions: what is missing, misspelt or meant for somewhere else."""

from uuid import uuid4

import pytest

from sandbox.leisure.errors import ERRORS
from tests.sandbox.leisure.partner import API, ORIGIN, Json, Partner, item, offer
from tests.sandbox.leisure.stages import each, each_flow, item_errors, refused


@each_flow
def test_a_broker_has_a_name(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, broker={"@type": "Organization"}).values():
        assert refused(answer) == (400, "IncompleteBrokerDetailsError")


@each_flow
def test_a_customer_has_an_address_for_mail(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, c1=False, customer={"@type": "Person"}).values():
        assert refused(answer) == (400, "IncompleteCustomerDetailsError")


@each_flow
@pytest.mark.parametrize("missing", ["acceptedOffer", "orderedItem"])
def test_an_item_names_opportunity_and_offer(partner: Partner, missing: str, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    half = {name: value for name, value in item(one, 1).items() if name != missing}
    for answer in each(partner, one, approval=approval, orderedItem=[item(one, 0), half]).values():
        assert item_errors(answer) == [[], ["IncompleteOrderItemError"]]
        assert [shown["position"] for shown in answer.json["orderedItem"]] == [0, 1]


def _wrong(one: Json, other: Json) -> dict[str, Json]:
    """Return items that are wrong in one way each, by the error that they deserve."""
    fine = item(one, 0)
    return {
        "InvalidOpportunityOrOfferIdError": {**fine, "orderedItem": "https://example.com/id/1"},
        "UnknownOpportunityError": {**fine, "orderedItem": f"{ORIGIN}/id/slots/999999999"},
        "UnknownOfferError": {**fine, "acceptedOffer": f"{ORIGIN}/id/slots/999999999#/offers/0"},
        "UnacceptableOfferError": {**fine, "acceptedOffer": offer(other)["@id"]},
    }


@pytest.mark.parametrize("error", _wrong({"offers": [{"@id": ""}], "@id": ""}, {"offers": [{"@id": ""}], "@id": ""}))
def test_an_item_names_what_there_is(partner: Partner, error: str) -> None:
    one, other = partner.make(), partner.make()
    for answer in each(partner, one, approval=False, orderedItem=[_wrong(one, other)[error]]).values():
        assert item_errors(answer) == [[error]]


def test_another_endpoint_is_an_error_even_without_credentials(partner: Partner) -> None:
    for method, body in (("PUT", {}), ("GET", None)):
        answer = partner.call(method, f"{API}/ordeeeeers/abc", body, bare=True)
        assert refused(answer) == (404, "UnknownOrIncorrectEndpointError")
    assert refused(partner.call("POST", f"{API}/orders/{uuid4()}", {})) == (405, "MethodNotAllowedError")


@each_flow
def test_each_stage_has_its_own_document(partner: Partner, *, approval: bool) -> None:
    one = partner.make(approval=approval)
    for answer in each(partner, one, approval=approval, **{"@type": "Basket"}).values():
        assert refused(answer) == (500, "UnexpectedOrderTypeError")


def test_what_is_no_order_at_all_is_refused(partner: Partner) -> None:
    assert refused(partner.b(orderedItem=[])) == (500, "InternalOpenBookingError")
    assert refused(partner.b(partner.make(), seller="https://example.com/")) == (500, "SellerNotFoundError")


def test_no_error_is_written_down_twice() -> None:
    """Every error that the API may answer has a status of its own and a sentence."""
    assert len({text for _, text in ERRORS.values()}) == len(ERRORS)
    assert {status for status, _ in ERRORS.values()} == {400, 401, 403, 404, 405, 409, 410, 429, 500, 503}
