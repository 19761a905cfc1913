"""approval/minimal-proposal: the seller decides first."""

import pytest

from tests.sandbox.leisure.approval.proposals import accept, proposed, told_of, uuid_of
from tests.sandbox.leisure.partner import API, OA, Json, Partner
from tests.sandbox.leisure.stages import each_kind


@each_kind
def test_an_accepted_proposal_is_booked_with_its_version_alone(partner: Partner, kind: str) -> None:
    one, proposal = proposed(partner, kind)
    uuid = uuid_of(proposal)
    assert proposal["orderProposalVersion"].startswith(f"{API}/order-proposals/{uuid}/versions/")
    assert proposal["orderProposalStatus"] == f"{OA}AwaitingSellerConfirmation"
    assert partner.orders_feed(uuid, "order-proposals-rpde") is None
    held = partner.left(one)
    assert partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    told = told_of(partner, proposal)["data"]
    assert told["orderProposalStatus"] == f"{OA}SellerAccepted"
    assert told["orderProposalVersion"] == proposal["orderProposalVersion"]
    assert not {"position", "orderItemStatus", "accessCode"} & set(told["orderedItem"][0])
    made = accept(partner, proposal)
    assert made.status_code == 201, made.json
    assert made.json["customer"] == proposal["customer"]
    assert [item["@id"] for item in made.json["orderedItem"]] == [item["@id"] for item in proposal["orderedItem"]]
    assert made.json["orderedItem"][0]["accessCode"]
    assert told_of(partner, proposal)["state"] == "deleted"
    assert (held, partner.left(one)) == (9, 9)
    again = accept(partner, proposal)
    assert (again.status_code, again.json) == (201, made.json)
    assert partner.left(one) == 9


def test_a_proposal_again_is_the_same_answer_and_another_is_refused(partner: Partner) -> None:
    one, proposal = proposed(partner)
    again = partner.p(one, uuid=uuid_of(proposal))
    assert (again.status_code, again.json) == (201, proposal)
    assert partner.left(one) == 9
    assert partner.p(one, one, uuid=uuid_of(proposal)).json["@type"] == "OrderAlreadyExistsError"
    assert partner.c2(one, uuid=uuid_of(proposal)).json["@type"] == "OrderAlreadyExistsError"


def test_nothing_is_booked_before_the_seller_accepts(partner: Partner) -> None:
    one, proposal = proposed(partner)
    refused = accept(partner, proposal)
    assert (refused.status_code, refused.json["@type"]) == (500, "OrderCreationFailedError")
    whole = partner.b(one, uuid=uuid_of(proposal))
    assert (whole.status_code, whole.json["@type"]) == (500, "OrderCreationFailedError")
    assert partner.left(one) == 9


def test_what_the_seller_rejects_cannot_be_booked_and_is_held_a_while(partner: Partner) -> None:
    one, proposal = proposed(partner)
    assert partner.act("SellerRejectOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    assert told_of(partner, proposal)["data"]["orderProposalStatus"] == f"{OA}SellerRejected"
    assert accept(partner, proposal).json["@type"] == "OrderCreationFailedError"
    assert partner.left(one) == 9
    late = partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    assert late.json["@type"] == "UnexpectedOrderTypeError"


def test_what_the_customer_rejects_cannot_be_booked(partner: Partner) -> None:
    _, proposal = proposed(partner)
    body = {"@context": OA, "@type": "OrderProposal", "orderProposalStatus": f"{OA}CustomerRejected",
            "orderCustomerNote": "Sorry"}  # fmt: skip
    for _ in range(2):
        assert partner.call("PATCH", proposal["@id"], body).status_code == 204
    told = told_of(partner, proposal)["data"]
    assert told["orderProposalStatus"] == f"{OA}CustomerRejected"
    assert told["orderProposalVersion"] == proposal["orderProposalVersion"]
    assert accept(partner, proposal).json["@type"] == "OrderCreationFailedError"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"orderProposalStatus": f"{OA}SellerAccepted"}, "PatchNotAllowedOnPropertyError"),
        ({"orderProposalStatus": f"{OA}CustomerRejected", "customer": {}}, "PatchContainsExcessivePropertiesError"),
    ],
)
def test_a_customer_may_only_reject(partner: Partner, change: Json, error: str) -> None:
    _, proposal = proposed(partner)
    answer = partner.call("PATCH", proposal["@id"], {"@context": OA, "@type": "OrderProposal", **change})
    assert (answer.status_code, answer.json["@type"]) == (400, error)


def test_a_proposal_is_neither_an_order_nor_for_what_needs_none(partner: Partner) -> None:
    _, proposal = proposed(partner)
    wrong = partner.act("SellerRequestedCancellation", f"{API}/orders/{uuid_of(proposal)}")
    assert (wrong.status_code, wrong.json["@type"]) == (500, "UnexpectedOrderTypeError")
    assert partner.call("GET", f"/orders/{uuid_of(proposal)}").status_code == 404
    needless = partner.p(partner.make())
    assert (needless.status_code, needless.json["@type"]) == (500, "UnexpectedOrderTypeError")
