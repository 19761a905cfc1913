"""Every feed, by the harvester and in the manner of the official suite's broker as it starts.

It ends when a page is not valid, and when an opportunity's parent or offers are nowhere to be found.
"""

from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from sandbox.leisure.opportunity import PARENTS, PATHS
from tests.conformance.openactive.validators import Json, harvested
from tests.sandbox.leisure.partner import BOOKING, BROKER, CONTEXT, CUSTOMER, OA

# As `withOpportunityRpdeHeaders` and `withOrdersRpdeHeaders` of the suite have them.
READING = {
    "Accept": "application/json, application/vnd.openactive.booking+json; version=1",
    "Cache-Control": "max-age=0",
}
PARTNERS = ("primary", "secondary")
ORDER_FEEDS = ("orders-rpde", "order-proposals-rpde")
CHILDREN = ("ScheduledSession", "Slot", "Event", "OnDemandEvent")


@pytest.fixture(scope="module")
def read(origin: str) -> dict[str, Json]:
    """What the harvester reads, with one cancelled Order of the primary partner among it."""
    _book_and_cancel(origin)
    open_feeds = {kind: {"url": f"{origin}/feeds/{path}", "headers": READING} for kind, path in PATHS.items()}
    orders: dict[str, Json] = {
        f"{name} {path}": {
            "url": f"{origin}/api/{path}",
            "headers": READING | {"X-OpenActive-Test-Client-Id": name},
            "orders": True,
        }
        for name in PARTNERS
        for path in ORDER_FEEDS
    }
    return harvested(open_feeds | orders)


def test_it_reads_every_feed_to_its_end(read: dict[str, Json]) -> None:
    assert {name: said["failure"] for name, said in read.items() if said["failure"]} == {}
    assert {name: len(read[name]["items"]) for name in read if " " in name} == {
        "primary orders-rpde": 1,
        "primary order-proposals-rpde": 0,
        "secondary orders-rpde": 0,
        "secondary order-proposals-rpde": 0,
    }


def test_every_opportunity_has_its_parent_and_offers_and_says_who_sells_it(read: dict[str, Json]) -> None:
    parents = {data["@id"]: data for kind in PARENTS for data in _parents(read[kind])}
    children = [data for kind in CHILDREN for data in _updated(read[kind])]
    assert len(children) > 200
    for one in children:
        named = one.get("superEvent") or one.get("facilityUse")
        parent = parents[named] if isinstance(named, str) else named or {}
        assert one.get("offers") or parent["offers"]
        whole = parent.get("aggregateFacilityUse", {})
        assert (one.get("organizer") or parent.get("organizer") or parent.get("provider") or whole["provider"])["@id"]


def _updated(said: Json) -> list[Json]:
    return [item["data"] for item in said["items"] if item["state"] == "updated"]


def _parents(said: Json) -> Iterator[Json]:
    """Give what children may name: of a facility with courts in it, the courts alone."""
    for data in _updated(said):
        yield from ({**unit, "aggregateFacilityUse": data} for unit in data.get("individualFacilityUse", [data]))


def _book_and_cancel(origin: str) -> None:
    seller = f"{origin}/id/sellers/1"
    headers = {"Content-Type": BOOKING, "X-OpenActive-Test-Client-Id": "primary", "X-OpenActive-Test-Seller-Id": seller}
    with httpx2.Client(base_url=f"{origin}/api", headers=headers, timeout=20) as client:
        wish = {
            "@context": CONTEXT,
            "@type": "Event",
            "organizer": {"@type": "Organization", "@id": seller},
            "test:testOpportunityCriteria": f"{OA}test-interface#TestOpportunityBookableFree",
            "test:testOpenBookingFlow": f"{OA}test-interface#OpenBookingSimpleFlow",
        }
        made = client.post("/test-interface/datasets/harvest/opportunities", json=wish).json()["@id"]
        item = {"@type": "OrderItem", "position": 0, "orderedItem": made, "acceptedOffer": f"{made}#/offers/0"}
        order = {
            "@context": OA,
            "@type": "Order",
            "brokerRole": f"{OA}AgentBroker",
            "broker": BROKER,
            "seller": seller,
            "customer": CUSTOMER,
            "orderedItem": [item],
            "totalPaymentDue": {"@type": "PriceSpecification", "price": 0, "priceCurrency": "GBP"},
        }
        booked = client.put(f"/orders/{uuid4()}", json=order).json()["@id"]
        action = {
            "@type": "test:SellerRequestedCancellationSimulateAction",
            "object": {"@type": "Order", "@id": booked},
        }
        assert client.post("/test-interface/actions", json={"@context": CONTEXT, **action}).status_code == 204
