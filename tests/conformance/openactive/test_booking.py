"""Every answer of the Open Booking API, and the Orders feeds, by the data model validator, in the suite's modes."""

from dataclasses import replace
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.conformance.openactive.validators import Json, refused
from tests.sandbox.leisure.partner import API, OA, Partner, accepting

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot")
CRITERIA = ("BookableFree", "BookableNonFree")


def test_everything_that_is_answered_is_valid(partner: Partner) -> None:
    documents = [
        *_simple(partner),
        *_approval(partner),
        *_refusals(partner),
        *_feeds(partner),
        _dataset_site(partner),
    ]
    assert len(documents) > 30
    said = refused(documents=documents)
    assert said == [], "\n".join(said)


def _named(name: str, mode: str, answer: TestResponse, status: int) -> Json:
    assert answer.status_code == status, (name, answer.json)
    return {"name": name, "mode": mode, "document": answer.json}


def _simple(partner: Partner) -> list[Json]:
    said = []
    for kind in KINDS:
        for criterion in CRITERIA:
            one, uuid, name = partner.make(criterion, kind), str(uuid4()), f"{kind} {criterion}"
            said += [
                _named(f"C1 {name}", "C1Response", partner.c1(one, uuid=uuid), 200),
                _named(f"C2 {name}", "C2Response", partner.c2(one, uuid=uuid), 200),
                _named(f"B {name}", "BResponse", partner.b(one, uuid=uuid), 201),
                _named(f"status {name}", "OrderStatus", partner.call("GET", f"/orders/{uuid}"), 200),
            ]
    return said


def _approval(partner: Partner) -> list[Json]:
    one, uuid = partner.make("BookableFree", approval=True), str(uuid4())
    asked = [
        _named("C1 approval", "C1Response", partner.c1(one, uuid=uuid), 200),
        _named("C2 approval", "C2Response", partner.c2(one, uuid=uuid), 200),
    ]
    proposed = partner.p(one, uuid=uuid)
    document = _named("P", "PResponse", proposed, 201)
    assert partner.act("SellerAmendOrderProposal", proposed.json["@id"], "OrderProposal").status_code == 204
    amended = partner.orders_feed(uuid, "order-proposals-rpde")
    feed = {"name": "amended", "mode": "OrderProposalsFeed", "document": amended["data"]}
    assert partner.act("SellerAcceptOrderProposal", proposed.json["@id"], "OrderProposal").status_code == 204
    version = partner.orders_feed(uuid, "order-proposals-rpde")["data"]["orderProposalVersion"]
    booked = partner.call("PUT", f"/orders/{uuid}", accepting(version))
    return [
        *asked,
        document,
        feed,
        _named("B approval", "BResponse", booked, 201),
        *_untaxed(replace(partner, seller=2)),
    ]


def _untaxed(partner: Partner) -> list[Json]:
    """Return what a reseller is told who has to work out the tax itself."""
    one, uuid, role = partner.make("BookableNonFree"), str(uuid4()), {"brokerRole": f"{OA}ResellerBroker"}
    said = [
        _named("C1 untaxed", "C1Response", partner.c1(one, uuid=uuid, **role), 200),
        _named("C2 untaxed", "C2Response", partner.c2(one, uuid=uuid, **role), 200),
        _named("B untaxed", "BResponse", booked := partner.b(one, uuid=uuid, **role), 201),
    ]
    assert partner.act("CustomerNotice", booked.json["@id"]).status_code == 204
    return [*said, {"name": "untaxed", "mode": "OrdersFeed", "document": partner.orders_feed(uuid)["data"]}]


def _refusals(partner: Partner) -> list[Json]:
    full, one = partner.make("BookableNoSpaces"), partner.make("BookableFree")
    wrong = {"@type": "PriceSpecification", "price": 999, "priceCurrency": "GBP"}
    unknown = f"{API}/orders/{uuid4()}"
    return [
        _named("C1 full", "C1ResponseOrderItemError", partner.c1(full), 409),
        _named("C2 full", "C2ResponseOrderItemError", partner.c2(full), 409),
        _named("C2 without a customer", "OpenBookingError", partner.c2(one, customer=None), 400),
        _named("B with another total", "OpenBookingError", partner.b(one, totalPaymentDue=wrong), 400),
        _named("unknown Order", "OpenBookingError", partner.call("GET", unknown), 404),
        _named("unknown address", "OpenBookingError", partner.call("GET", "/nothing-here"), 404),
        _named("no credentials", "OpenBookingError", partner.call("GET", "/orders-rpde", bare=True), 403),
    ]


def _feeds(partner: Partner) -> list[Json]:
    order = partner.booked(partner.make("BookableFree"), partner.make("BookableFree"))
    for action in ("CustomerNotice", "SellerRequestedCancellationWithMessage"):
        assert partner.act(action, order["@id"]).status_code == 204
    modes = {"orders-rpde": "OrdersFeed", "order-proposals-rpde": "OrderProposalsFeed"}
    return [
        {"name": f"{feed} {item['id']}", "mode": mode, "document": item["data"]}
        for feed, mode in modes.items()
        for item in partner.feed(f"{API}/{feed}")
        if item["state"] == "updated"
    ]


def _dataset_site(partner: Partner) -> Json:
    import json
    import re

    page = partner.app.test_client().get("/openactive").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {"name": "dataset site", "mode": "DatasetSite", "document": json.loads(found[1])}
