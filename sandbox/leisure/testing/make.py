"""Making one opportunity that fits a criterion, with a parent of its own, so that both come through the feeds."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.leisure import opportunity, vocabulary
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import Opportunity, address
from sandbox.leisure.store import Work
from sandbox.leisure.testing.criteria import CRITERIA, OA, Shape
from sandbox.leisure.wire import OWN, Document

LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class Wish:
    """What the test interface is asked to make; `parent` is the parent's type, empty for what stands alone."""

    kind: str
    parent: str
    seller: int
    criterion: str
    approval: bool
    dataset: str


def make(work: Work, wish: Wish, now: datetime) -> Opportunity:
    """Store an opportunity that fits, and return it."""
    shape = CRITERIA[wish.criterion]
    if wish.kind == "ScheduledSession":
        number = _session(work, wish, shape, now)
    elif wish.kind == "Slot":
        number = _slot(work, wish, shape, now)
    else:
        raise OpenBookingError(
            "InternalOpenBookingError", f"No {wish.kind or 'opportunity without @type'} can be made."
        )
    return opportunity.read(work, [number])[number]


def _session(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    parent = next_number(work)
    series = address("SessionSeries", parent)
    data = {
        "name": f"Test session: {wish.criterion}",
        "url": f"{OWN}sessions/{parent}",
        "activity": [vocabulary.activity("Yoga")],
        "eventAttendanceMode": f"https://schema.org/{'Online' if shape.online else 'Offline'}EventAttendanceMode",
        "offers": [offer(series, shape, wish)],
        **({} if shape.online else {"location": PLACE}),
    }
    insert(work, wish, id=parent, kind="SessionSeries", data=data)
    return insert(work, wish, kind="ScheduledSession", parent=parent, data={}, **_occasion(shape, now))


def _slot(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    parent, number = next_number(work), next_number(work)
    facility, unit = address("FacilityUse", parent), 1 if wish.parent == "IndividualFacilityUse" else None
    data: Document = {
        "name": f"Test court: {wish.criterion}",
        "url": f"{OWN}facilities/{parent}",
        "facilityType": [vocabulary.facility_type("Squash Court")],
        "location": PLACE,
    }
    if unit:
        one = {"@type": "IndividualFacilityUse", "@id": opportunity.unit_address(facility, unit), "name": "Court 1"}
        data["individualFacilityUse"] = [one]
    insert(work, wish, id=parent, kind="FacilityUse", data=data)
    offers = [offer(address("Slot", number), shape, wish)]
    values = {"id": number, "parent": parent, "unit": unit, "data": {"offers": offers}}
    return insert(work, wish, kind="Slot", **values, **_occasion(shape, now))


def _occasion(shape: Shape, now: datetime) -> dict[str, Any]:
    starts = (now + shape.starts_in).replace(second=0, microsecond=0)
    return {"starts": starts, "ends": starts + LENGTH, "capacity": shape.capacity, "remaining": shape.remaining}


def offer(owner: str, shape: Shape, wish: Wish) -> Document:
    """Return an offer of the opportunity whose `@id` is `owner`."""
    asks = [*shape.asks, *(["OpenBookingApproval"] if wish.approval else [])]
    opens, closes = shape.window
    stated: Document = {
        "openBookingPrepayment": f"{OA}{shape.prepayment}" if shape.prepayment else "",
        "latestCancellationBeforeStartDate": shape.latest,
        "validFromBeforeStartDate": opens,
        "validThroughBeforeStartDate": closes,
        "openBookingFlowRequirement": [f"{OA}{one}" for one in asks],
    }
    return {
        "@type": "Offer",
        "@id": f"{owner}#/offers/0",
        "name": "Adult",
        **priced(shape.pence),
        "allowCustomerCancellationFullRefund": shape.refund,
        **{name: value for name, value in stated.items() if value},
    }


def next_number(work: Work) -> int:
    """Return a number that no opportunity has yet."""
    row = work.execute("SELECT nextval(pg_get_serial_sequence('leisure.opportunity', 'id')) AS number").fetchone()
    assert row
    number: int = row["number"]
    return number


def insert(work: Work, wish: Wish, **values: Any) -> int:
    """Store a row of the test dataset; return its number."""
    row = {"seller": wish.seller, "dataset": wish.dataset, **values, "data": json.dumps(values["data"])}
    row.setdefault("id", next_number(work))
    names = ", ".join(row)
    marks = ", ".join(f"%({name})s" for name in row)
    work.execute(f"INSERT INTO opportunity ({names}) VALUES ({marks})".encode(), row)  # noqa: S608 our own names
    number: int = row["id"]
    return number


PLACE: Document = {
    "@type": "Place",
    "@id": f"{OWN}id/places/1",
    "name": "Northgate Leisure Centre",
    "url": f"{OWN}places/1",
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "1 Civic Square",
        "addressLocality": "Leeds",
        "addressRegion": "West Yorkshire",
        "postalCode": "LS1 3AD",
        "addressCountry": "GB",
    },
    "geo": {"@type": "GeoCoordinates", "latitude": 53.7997, "longitude": -1.5492},
    "telephone": "01632 960001",
}
