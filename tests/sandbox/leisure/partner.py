"""A booking partner in-process: the calls of the Open Booking API, and the feeds, as the official suite uses them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

ORIGIN = "http://leisure.localhost:8001"
API = f"{ORIGIN}/api"
OA = "https://openactive.io/"
BOOKING = "application/vnd.openactive.booking+json; version=1"
CONTEXT = [OA, f"{OA}test-interface"]
DATASET = "tests"
PAYMENT = {"@type": "Payment", "name": "AcmeBroker Points", "accountId": "SN1593", "paymentProviderId": "STRIPE"}
BROKER = {"@type": "Organization", "name": "Acme", "url": "https://acme.example"}
CUSTOMER = {"@type": "Person", "email": "sam@example.com", "givenName": "Sam", "familyName": "Specimen"}
FEEDS = {
    "ScheduledSession": "scheduled-sessions",
    "Slot": "slots",
    "SessionSeries": "session-series",
    "FacilityUse": "facility-uses",
    "Event": "events",
    "HeadlineEvent": "headline-events",
    "CourseInstance": "courses",
    "OnDemandEvent": "on-demand-events",
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Partner:
    """Calls `app` as the booking partner `name`, for seller number `seller`."""

    app: Flask
    name: str = "primary"
    seller: int = 1
    read: dict[str, tuple[str, dict[int, Json]]] = field(default_factory=dict)

    @property
    def seller_id(self) -> str:
        return f"{ORIGIN}/id/sellers/{self.seller}"

    def call(self, method: str, path: str, body: Json | None = None, *, bare: bool = False) -> TestResponse:
        """Send a request; `bare` leaves the credentials out."""
        headers = {"Content-Type": BOOKING}
        if not bare:
            headers |= {"X-OpenActive-Test-Client-Id": self.name, "X-OpenActive-Test-Seller-Id": self.seller_id}
        url = path if path.startswith("http") else f"{API}{path}"
        return self.app.test_client().open(url.removeprefix(ORIGIN), method=method, json=body, headers=headers)

    # ── what can be booked ──────────────────────────────────────────────────────────────────────────────────────────

    def make(
        self,
        criterion: str = "Bookable",
        kind: str = "ScheduledSession",
        *,
        approval: bool = False,
        dataset: str = DATASET,
    ) -> Json:
        """Return the feed's item of a new opportunity that fits `criterion`; `kind` as in the suite's configuration."""
        flow = "OpenBookingApprovalFlow" if approval else "OpenBookingSimpleFlow"
        wish = {
            "@context": CONTEXT,
            "test:testOpportunityCriteria": f"{OA}test-interface#TestOpportunity{criterion}",
            "test:testOpenBookingFlow": f"{OA}test-interface#{flow}",
            **self._shape(kind),
        }
        answer = self.call("POST", f"/test-interface/datasets/{dataset}/opportunities", wish)
        assert answer.status_code == 200, answer.json
        return self.item(answer.json["@type"], answer.json["@id"])

    def _shape(self, kind: str) -> Json:
        who = {"@type": "Organization", "@id": self.seller_id}
        return {
            "ScheduledSession": {
                "@type": "ScheduledSession",
                "superEvent": {"@type": "SessionSeries", "organizer": who},
            },
            "FacilityUseSlot": {"@type": "Slot", "facilityUse": {"@type": "FacilityUse", "provider": who}},
            "IndividualFacilityUseSlot": {
                "@type": "Slot",
                "facilityUse": {"@type": "IndividualFacilityUse", "provider": who},
            },
            **{
                f"{parent}SubEvent": {"@type": "Event", "superEvent": {"@type": parent, "organizer": who}}
                for parent in ("HeadlineEvent", "CourseInstance")
            },
        }.get(kind, {"@type": kind, "organizer": who})

    def feed(self, url: str) -> list[Json]:
        """Return every item of a feed, read to its end."""
        items: list[Json] = []
        while True:
            page = self.call("GET", url).json
            if page["next"] == url:
                assert page["items"] == []
                return items
            items += page["items"]
            url = page["next"]

    def item(self, kind: str, id_: str) -> Json:
        """Return an opportunity's `data` as the open feeds have it now, its parent put in."""
        found = dict(self._open(kind)[id_])
        if kind == "ScheduledSession":
            found["superEvent"] = self.item("SessionSeries", found["superEvent"])
        return found

    def _open(self, kind: str) -> dict[str, Json]:
        """Return what the feed of `kind` says of each `@id`, read on from where it was read to before."""
        url = f"{ORIGIN}/feeds/{FEEDS[kind]}"
        place, known = self.read.get(kind, (url, {}))
        while True:
            page = self.call("GET", place).json
            for one in page["items"]:
                known[one["id"]] = one.get("data", {})
            if page["next"] == place:
                self.read[kind] = (place, known)
                return {data["@id"]: data for data in known.values() if data}
            place = page["next"]

    def left(self, one: Json) -> int:
        """Return how many places the open feed says are left of an opportunity."""
        now = self.item(one["@type"], one["@id"])
        return int(now.get("remainingAttendeeCapacity", now.get("remainingUses")))

    # ── booking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def order(self, kind: str, *things: Json, **more: Any) -> Json:
        """Return a request for one item of each of `things`; what is None in `more` is left out."""
        full = {
            "@context": OA,
            "@type": kind,
            "brokerRole": f"{OA}AgentBroker",
            "broker": BROKER,
            "seller": self.seller_id,
            "customer": CUSTOMER,
            "orderedItem": [item(thing, position) for position, thing in enumerate(things)],
            **more,
        }
        return {name: value for name, value in full.items() if value is not None}

    def c1(self, *things: Json, uuid: str = "", **more: Any) -> TestResponse:
        body = self.order("OrderQuote", *things, **{"customer": None, **more})
        return self.call("PUT", f"/order-quote-templates/{uuid or uuid4()}", body)

    def c2(self, *things: Json, uuid: str = "", **more: Any) -> TestResponse:
        return self.call("PUT", f"/order-quotes/{uuid or uuid4()}", self.order("OrderQuote", *things, **more))

    def b(self, *things: Json, uuid: str = "", **more: Any) -> TestResponse:
        return self.call("PUT", f"/orders/{uuid or uuid4()}", self.order("Order", *things, **paying(things, more)))

    def p(self, *things: Json, uuid: str = "", **more: Any) -> TestResponse:
        body = self.order("OrderProposal", *things, **paying(things, more))
        return self.call("PUT", f"/order-proposals/{uuid or uuid4()}", body)

    def booked(self, *things: Json) -> Json:
        """Return a new Order, and its UUID in `identifier`."""
        answer = self.b(*things)
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def act(self, action: str, of: str, kind: str = "Order") -> TestResponse:
        """Ask for a simulate action on what has the `@id` `of`."""
        body = {"@context": CONTEXT, "@type": f"test:{action}SimulateAction", "object": {"@type": kind, "@id": of}}
        return self.call("POST", "/test-interface/actions", body)

    def orders_feed(self, uuid: str, feed: str = "orders-rpde") -> Json | None:
        """Return what an order feed says of `uuid`, if anything."""
        return next((one for one in self.feed(f"{API}/{feed}") if one["id"] == uuid), None)


def offer(thing: Json) -> Json:
    """Return an opportunity's first offer, its own or its parent's."""
    offers = thing.get("offers") or thing["superEvent"]["offers"]
    return dict(offers[0])


def item(thing: Json, position: int) -> Json:
    return {
        "@type": "OrderItem",
        "position": position,
        "acceptedOffer": offer(thing)["@id"],
        "orderedItem": thing["@id"],
    }


def accepting(version: str, price: float = 0) -> Json:
    """Return B's request for an accepted proposal."""
    paid = {"payment": {**PAYMENT, "identifier": "pay-1"}} if price else {}
    return {"@context": OA, "@type": "Order", "orderProposalVersion": version, **paid}


def paying(things: tuple[Json, ...], more: Json) -> Json:
    """Return `more`, with the total and the payment that the offers' prices ask for."""
    total = round(sum(offer(thing)["price"] for thing in things), 2)
    due = {"totalPaymentDue": {"@type": "PriceSpecification", "price": total, "priceCurrency": "GBP"}}
    wanted = any(
        offer(thing)["price"] and offer(thing).get("openBookingPrepayment") != f"{OA}Unavailable" for thing in things
    )
    return {**due, **({"payment": {**PAYMENT, "identifier": "pay-1"}} if wanted else {}), **more}
