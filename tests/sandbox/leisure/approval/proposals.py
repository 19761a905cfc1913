"""Proposals, made and booked."""

from uuid import uuid4

from werkzeug.test import TestResponse

from tests.sandbox.leisure.partner import Json, Partner, accepting


def proposed(
    partner: Partner, kind: str = "ScheduledSession", criterion: str = "Bookable", price: float | None = None
) -> tuple[Json, Json]:
    """Return an opportunity that needs approval, and what P answered about it; `price`: what it costs with its tax."""
    one, uuid = partner.make(criterion, kind=kind, approval=True), str(uuid4())
    assert partner.c1(one, uuid=uuid).json["orderRequiresApproval"] is True
    assert partner.c2(one, uuid=uuid).json["orderRequiresApproval"] is True
    stated = {} if price is None else {"totalPaymentDue": {"@type": "PriceSpecification", "price": price}}
    answer = partner.p(one, uuid=uuid, **stated)
    assert answer.status_code == 201, answer.json
    return one, dict(answer.json)


def uuid_of(proposal: Json) -> str:
    """Return the UUID of a proposal."""
    return str(proposal["@id"]).rpartition("/")[2]


def told_of(partner: Partner, proposal: Json) -> Json:
    """Return what the OrderProposals feed says of it."""
    item = partner.orders_feed(uuid_of(proposal), "order-proposals-rpde")
    assert item
    return item


def accept(partner: Partner, proposal: Json, version: str = "") -> TestResponse:
    """Ask B for a proposal."""
    body = accepting(version or proposal["orderProposalVersion"], proposal["totalPaymentDue"]["price"])
    return partner.call("PUT", f"/orders/{uuid_of(proposal)}", body)
