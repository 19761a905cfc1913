"""Opportunities as JSON-LD: in the open feeds, and within Orders."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.leisure import durations
from sandbox.leisure.opportunity import Opportunity, address, unit_address
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.wire import CONTEXT, Document

LONDON = ZoneInfo("Europe/London")
_ATTENDEES = ("maximumAttendeeCapacity", "remainingAttendeeCapacity")
_SHARED_BY_UNITS = ("url", "location", "facilityType")
_NOT_IN_ORDERS = ("offers", "organizer", "provider", "subEvent", "individualFacilityUse")


def in_feed(one: Opportunity) -> Document:
    """Return an item's `data` in an open feed (Modelling Opportunity Data 2.0)."""
    document = {"@context": CONTEXT, **_bare(one, one.remaining), **one.data}
    if one.kind == "Slot":
        document["offers"] = one.offers
    elif one.kind != "ScheduledSession":
        document["provider" if one.kind == "FacilityUse" else "organizer"] = SELLERS[one.seller].in_feed()
    if one.kind == "Event" and one.above:  # its model allows no reference to the course or headline event
        organizer = {"organizer": SELLERS[one.above.seller].in_feed()}
        document["superEvent"] = {**_bare(one.above, None), **one.above.data, **organizer}
    if one.kind == "Slot" and one.parent:
        facility = address("FacilityUse", one.parent)
        document["facilityUse"] = unit_address(facility, one.unit) if one.unit else facility
    elif one.kind == "ScheduledSession" and one.parent:
        document["superEvent"] = address("SessionSeries", one.parent)
    return document


def in_order(one: Opportunity, remaining: int | None) -> Document:
    """Return an Order's `orderedItem`, with its parent in it; `remaining` is what the customer is to see."""
    document = {**_bare(one, remaining), **_without(one.data)}
    if not one.above:
        return document
    parent = {**_bare(one.above, None), **_without(one.above.data)}
    if one.unit:
        parent = {
            "@type": "IndividualFacilityUse",
            "@id": unit_address(one.above.address, one.unit),
            **{name: parent[name] for name in _SHARED_BY_UNITS if name in parent},
            "name": _unit_name(one.above, one.unit),
            "aggregateFacilityUse": parent,
        }
    document["facilityUse" if one.kind == "Slot" else "superEvent"] = parent
    return document


def local(moment: datetime) -> str:
    """Return a moment as the clock on the wall shows it."""
    return moment.astimezone(LONDON).isoformat()


def day(moment: datetime) -> str:
    """Return the day on which a moment lies, as courses state their first and last."""
    return moment.astimezone(LONDON).date().isoformat()


def _bare(one: Opportunity, remaining: int | None) -> Document:
    document: Document = {"@type": one.kind, "@id": one.address, "identifier": one.id}
    if one.starts and one.ends:
        say = day if one.kind == "CourseInstance" else local
        length = durations.state(one.ends - one.starts)
        document |= {"startDate": say(one.starts), "endDate": say(one.ends), "duration": length}
    if one.cancelled:
        document["eventStatus"] = "https://schema.org/EventCancelled"
    if one.capacity is not None and remaining is not None:
        most, left = ("maximumUses", "remainingUses") if one.kind == "Slot" else _ATTENDEES
        document |= {most: one.capacity, left: remaining}
    return document


def _without(data: Document) -> Document:
    return {name: value for name, value in data.items() if name not in _NOT_IN_ORDERS}


def _unit_name(facility: Opportunity, unit: int) -> str:
    units: list[Document] = facility.data.get("individualFacilityUse", [])
    id_ = unit_address(facility.address, unit)
    return next((str(one["name"]) for one in units if one["@id"] == id_), f"Unit {unit}")
