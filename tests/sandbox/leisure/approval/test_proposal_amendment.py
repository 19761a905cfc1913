"""approval/proposal-amendment: the seller offers something else, which the customer has to agree to."""

from tests.sandbox.leisure.approval.proposals import accept, proposed, told_of
from tests.sandbox.leisure.partner import OA, Partner


def test_after_an_amendment_only_the_new_version_can_be_booked(partner: Partner) -> None:
    _, proposal = proposed(partner, criterion="BookableWithNegotiation")
    partner.act("SellerAmendOrderProposal", proposal["@id"], "OrderProposal")
    amended = told_of(partner, proposal)["data"]
    assert amended["orderProposalStatus"] == f"{OA}AwaitingSellerConfirmation"
    assert amended["orderProposalVersion"] != proposal["orderProposalVersion"]
    assert accept(partner, proposal, amended["orderProposalVersion"]).json["@type"] == "OrderCreationFailedError"
    partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal")
    assert told_of(partner, proposal)["data"]["orderProposalVersion"] == amended["orderProposalVersion"]
    outdated = accept(partner, proposal)
    assert (outdated.status_code, outdated.json["@type"]) == (500, "OrderProposalVersionOutdatedError")
    assert accept(partner, proposal, amended["orderProposalVersion"]).status_code == 201
