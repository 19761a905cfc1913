"""The stages at which the suite tries everything: C1, C2, and the first that is meant in earnest (B, or P)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.sandbox.leisure.partner import OA, Json, Partner, accepting

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot")
each_kind = pytest.mark.parametrize("kind", KINDS)
each_flow = pytest.mark.parametrize("approval", [False, True], ids=["simple", "approval"])


def last(partner: Partner, *, approval: bool) -> Callable[..., TestResponse]:
    """Return P where approval is needed, and B where not."""
    return partner.p if approval else partner.b


def each(partner: Partner, *things: Json, approval: bool, c1: bool = True, **more: Any) -> dict[str, TestResponse]:
    """Ask C1, C2 and B (or P) for `things`, with `more` in each request, under a new UUID each time."""
    calls = {"C1": partner.c1, "C2": partner.c2, "B": last(partner, approval=approval)}
    return {name: call(*things, **more) for name, call in calls.items() if c1 or name != "C1"}


def through(partner: Partner, *things: Json, approval: bool = False, uuid: str = "", **more: Any) -> TestResponse:
    """Go all the way, and return what B answered in the end."""
    uuid = uuid or str(uuid4())
    quoted = {name: value for name, value in more.items() if name != "totalPaymentDue"}
    assert partner.c1(*things, uuid=uuid, **quoted).status_code == 200
    second = partner.c2(*things, uuid=uuid, **quoted)
    assert second.status_code == 200, second.json
    due = {"@type": "PriceSpecification", "priceCurrency": "GBP", "price": second.json["totalPaymentDue"]["price"]}
    if not approval:
        return partner.b(*things, uuid=uuid, **{"totalPaymentDue": due, **more})
    proposal = partner.p(*things, uuid=uuid, **{"totalPaymentDue": due, **more})
    assert proposal.status_code == 201, proposal.json
    partner.act("SellerAcceptOrderProposal", proposal.json["@id"], "OrderProposal")
    return partner.call("PUT", f"/orders/{uuid}", accepting(proposal.json["orderProposalVersion"], due["price"]))


def item_errors(answer: TestResponse) -> list[list[str]]:
    """Return the types of each item's errors."""
    assert answer.status_code == 409, answer.json
    return [[error["@type"] for error in item.get("error", [])] for item in answer.json["orderedItem"]]


def refused(answer: TestResponse) -> tuple[int, str]:
    """Return status and type of an error that is the whole answer."""
    assert answer.json["@context"] == OA
    assert answer.json["statusCode"] == answer.status_code
    return answer.status_code, answer.json["@type"]
