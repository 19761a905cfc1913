"""approval/minimal-proposal, approval/proposal-amendment: the seller decides first."""

from uuid import uuid4

import pytest

from tests.sandbox.leisure.partner import API, OA, Json, Partner, accepting

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot")


def _proposed(partner: Partner, kind: str = "ScheduledSession", criterion: str = "Bookable") -> tuple[Json, Json]:
    """Return an opportunity that needs approval, and what P answered about it."""
    one, uuid = partner.make(criterion, kind=kind, approval=True), str(uuid4())
    assert partner.c1(one, uuid=uuid).json["orderRequiresApproval"] is True
    assert partner.c2(one, uuid=uuid).json["orderRequiresApproval"] is True
    answer = partner.p(one, uuid=uuid)
    assert answer.status_code == 201, answer.json
    return one, dict(answer.json)


def _uuid(proposal: Json) -> str:
    return str(proposal["@id"]).rpartition("/")[2]


def _told(partner: Partner, proposal: Json) -> Json:
    item = partner.orders_feed(_uuid(proposal), "order-proposals-rpde")
    assert item
    return item


def _book(partner: Partner, proposal: Json, version: str = ""):
    body = accepting(version or proposal["orderProposalVersion"], proposal["totalPaymentDue"]["price"])
    return partner.call("PUT", f"/orders/{_uuid(proposal)}", body)


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_proposal_is_booked_with_its_version_alone(partner: Partner, kind: str) -> None:
    one, proposal = _proposed(partner, kind)
    uuid = _uuid(proposal)
    assert proposal["orderProposalVersion"].startswith(f"{API}/order-proposals/{uuid}/versions/")
    assert proposal["orderProposalStatus"] == f"{OA}AwaitingSellerConfirmation"
    assert partner.orders_feed(uuid, "order-proposals-rpde") is None
    held = partner.left(one)
    assert partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    told = _told(partner, proposal)["data"]
    assert told["orderProposalStatus"] == f"{OA}SellerAccepted"
    assert told["orderProposalVersion"] == proposal["orderProposalVersion"]
    assert not {"position", "orderItemStatus", "accessCode"} & set(told["orderedItem"][0])
    made = _book(partner, proposal)
    assert made.status_code == 201, made.json
    assert made.json["customer"] == proposal["customer"]
    assert [item["@id"] for item in made.json["orderedItem"]] == [item["@id"] for item in proposal["orderedItem"]]
    assert made.json["orderedItem"][0]["accessCode"]
    assert _told(partner, proposal)["state"] == "deleted"
    assert (held, partner.left(one)) == (9, 9)
    again = _book(partner, proposal)
    assert (again.status_code, again.json) == (201, made.json)
    assert partner.left(one) == 9


def test_a_proposal_again_is_the_same_answer_and_another_is_refused(partner: Partner) -> None:
    one, proposal = _proposed(partner)
    again = partner.p(one, uuid=_uuid(proposal))
    assert (again.status_code, again.json) == (201, proposal)
    assert partner.left(one) == 9
    assert partner.p(one, one, uuid=_uuid(proposal)).json["@type"] == "OrderAlreadyExistsError"
    assert partner.c2(one, uuid=_uuid(proposal)).json["@type"] == "OrderAlreadyExistsError"


def test_nothing_is_booked_before_the_seller_accepts(partner: Partner) -> None:
    one, proposal = _proposed(partner)
    refused = _book(partner, proposal)
    assert (refused.status_code, refused.json["@type"]) == (500, "OrderCreationFailedError")
    whole = partner.b(one, uuid=_uuid(proposal))
    assert (whole.status_code, whole.json["@type"]) == (500, "OrderCreationFailedError")
    assert partner.left(one) == 9


def test_what_the_seller_rejects_cannot_be_booked_and_is_held_a_while(partner: Partner) -> None:
    one, proposal = _proposed(partner)
    assert partner.act("SellerRejectOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    assert _told(partner, proposal)["data"]["orderProposalStatus"] == f"{OA}SellerRejected"
    assert _book(partner, proposal).json["@type"] == "OrderCreationFailedError"
    assert partner.left(one) == 9
    late = partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    assert late.json["@type"] == "UnexpectedOrderTypeError"


def test_what_the_customer_rejects_cannot_be_booked(partner: Partner) -> None:
    _, proposal = _proposed(partner)
    body = {"@context": OA, "@type": "OrderProposal", "orderProposalStatus": f"{OA}CustomerRejected",
            "orderCustomerNote": "Sorry"}  # fmt: skip
    for _ in range(2):
        assert partner.call("PATCH", proposal["@id"], body).status_code == 204
    told = _told(partner, proposal)["data"]
    assert told["orderProposalStatus"] == f"{OA}CustomerRejected"
    assert told["orderProposalVersion"] == proposal["orderProposalVersion"]
    assert _book(partner, proposal).json["@type"] == "OrderCreationFailedError"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"orderProposalStatus": f"{OA}SellerAccepted"}, "PatchNotAllowedOnPropertyError"),
        ({"orderProposalStatus": f"{OA}CustomerRejected", "customer": {}}, "PatchContainsExcessivePropertiesError"),
    ],
)
def test_a_customer_may_only_reject(partner: Partner, change: Json, error: str) -> None:
    _, proposal = _proposed(partner)
    answer = partner.call("PATCH", proposal["@id"], {"@context": OA, "@type": "OrderProposal", **change})
    assert (answer.status_code, answer.json["@type"]) == (400, error)


def test_after_an_amendment_only_the_new_version_can_be_booked(partner: Partner) -> None:
    _, proposal = _proposed(partner, criterion="BookableWithNegotiation")
    partner.act("SellerAmendOrderProposal", proposal["@id"], "OrderProposal")
    amended = _told(partner, proposal)["data"]
    assert amended["orderProposalStatus"] == f"{OA}AwaitingSellerConfirmation"
    assert amended["orderProposalVersion"] != proposal["orderProposalVersion"]
    assert _book(partner, proposal, amended["orderProposalVersion"]).json["@type"] == "OrderCreationFailedError"
    partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    assert _told(partner, proposal)["data"]["orderProposalVersion"] == amended["orderProposalVersion"]
    outdated = _book(partner, proposal)
    assert (outdated.status_code, outdated.json["@type"]) == (500, "OrderProposalVersionOutdatedError")
    assert _book(partner, proposal, amended["orderProposalVersion"]).status_code == 201


def test_a_proposal_is_neither_an_order_nor_for_what_needs_none(partner: Partner) -> None:
    _, proposal = _proposed(partner)
    wrong = partner.act("SellerRequestedCancellation", f"{API}/orders/{_uuid(proposal)}")
    assert (wrong.status_code, wrong.json["@type"]) == (500, "UnexpectedOrderTypeError")
    assert partner.call("GET", f"/orders/{_uuid(proposal)}").status_code == 404
    needless = partner.p(partner.make())
    assert (needless.status_code, needless.json["@type"]) == (500, "UnexpectedOrderTypeError")
