"""Making one opportunity that fits a criterion, with a parent of its own, so that both come through the feeds."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.leisure import durations, opportunity, vocabulary
from sandbox.leisure.documents import LONDON
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import Opportunity, address
from sandbox.leisure.programme.sites import place
from sandbox.leisure.store import Work
from sandbox.leisure.testing.criteria import EVERY, OA, Shape
from sandbox.leisure.wire import OWN, Document

LENGTH = timedelta(hours=1)
PLACE = 1
ALONE = ("Event", "CourseInstance", "HeadlineEvent", "OnDemandEvent")
DESCRIPTION = "Made by the test interface; nothing takes place."


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
    shape = EVERY[wish.criterion]
    makers = {"ScheduledSession": _session, "Slot": _slot, **dict.fromkeys(ALONE, _event)}
    if wish.kind not in makers:
        raise OpenBookingError("InternalOpenBookingError", f"No {wish.kind or 'thing without @type'} can be made.")
    number = makers[wish.kind](work, wish, shape, now)
    made = opportunity.read(work, [number])[number]
    if shape.orphan:
        if not made.parent:
            raise OpenBookingError("InternalOpenBookingError", f"No {wish.kind} is an orphan: it stands alone.")
        work.execute("UPDATE opportunity SET removed = %s WHERE id = %s", [now, made.parent])
    return made


def _session(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    parent = next_number(work)
    when = _occasion(shape, now)
    data = {
        **_described(wish, shape, "sessions", parent),
        "eventSchedule": [_schedule(when["starts"], "ScheduledSession")],
        "offers": [offer("SessionSeries", parent, shape, wish)],
    }
    insert(work, wish, id=parent, kind="SessionSeries", data=data)
    return insert(work, wish, kind="ScheduledSession", parent=parent, data={}, **when)


def _slot(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    parent, number = next_number(work), next_number(work)
    unit = 1 if wish.parent == "IndividualFacilityUse" else None
    data: Document = {
        "name": f"Test court: {wish.criterion}",
        "description": DESCRIPTION,
        "url": f"{OWN}facilities/{parent}",
        "facilityType": [vocabulary.facility_type("Squash Court")],
        "location": place(PLACE),
    }
    if unit:
        named = opportunity.unit_address(address("FacilityUse", parent), unit)
        data["individualFacilityUse"] = [{"@type": "IndividualFacilityUse", "@id": named, "name": "Court 1"}]
    insert(work, wish, id=parent, kind="FacilityUse", data=data)
    values = {"id": number, "parent": parent, "unit": unit, "data": {"offers": [offer("Slot", number, shape, wish)]}}
    return insert(work, wish, kind="Slot", **values, **_occasion(shape, now))


def _event(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    """Make what stands alone, and an Event that is part of a course or a headline event."""
    parent = _whole(work, wish, shape, now) if wish.parent else None
    number = next_number(work)
    data: Document = {
        **_described(wish, shape, "events", number),
        "offers": [offer(wish.kind, number, shape, wish)],
    }
    when = _occasion(shape, now)
    if wish.kind == "OnDemandEvent":
        data = {name: value for name, value in data.items() if name not in ("location", "eventAttendanceMode")}
        when = {"capacity": None, "remaining": None}
    if wish.kind == "CourseInstance":
        data["eventSchedule"] = [_schedule(when["starts"], "Event")]
    return insert(work, wish, id=number, kind=wish.kind, parent=parent, data=data, **when)


def _whole(work: Work, wish: Wish, shape: Shape, now: datetime) -> int:
    if wish.parent not in ("CourseInstance", "HeadlineEvent"):
        raise OpenBookingError("InternalOpenBookingError", f"No Event is part of a {wish.parent}.")
    return _event(work, replace(wish, kind=wish.parent, parent=""), shape, now)


def _described(wish: Wish, shape: Shape, path: str, number: int) -> Document:
    """Return what every kind of event says of itself; an online one takes place nowhere."""
    mode = "Online" if shape.online else "Offline"
    return {
        "name": f"Test session: {wish.criterion}",
        "description": DESCRIPTION,
        "url": f"{OWN}{path}/{number}",
        "activity": [vocabulary.activity("Yoga")],
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        **({} if shape.online else {"location": place(PLACE)}),
    }


def _occasion(shape: Shape, now: datetime) -> dict[str, Any]:
    starts = (now + shape.starts_in).replace(second=0, microsecond=0)
    return {"starts": starts, "ends": starts + LENGTH, "capacity": shape.capacity, "remaining": shape.remaining}


def _schedule(starts: datetime, kind: str) -> Document:
    """Return the schedule of what takes place once."""
    at = starts.astimezone(LONDON)
    return {
        "@type": "Schedule",
        "startDate": at.date().isoformat(),
        "endDate": at.date().isoformat(),
        "startTime": f"{at:%H:%M}",
        "endTime": f"{at + LENGTH:%H:%M}",
        "duration": durations.state(LENGTH),
        "repeatFrequency": "P1W",
        "repeatCount": 1,
        "scheduleTimezone": "Europe/London",
        "scheduledEventType": kind,
    }


def offer(kind: str, number: int, shape: Shape, wish: Wish) -> Document:
    """Return the one offer of an opportunity."""
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
        "@id": f"{address(kind, number)}#/offers/0",
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
    row = {
        "seller": wish.seller,
        "dataset": wish.dataset,
        **values,
        "data": json.dumps(values["data"]) if values["data"] else None,
    }
    row.setdefault("id", next_number(work))
    names = ", ".join(row)
    marks = ", ".join(f"%({name})s" for name in row)
    work.execute(f"INSERT INTO opportunity ({names}) VALUES ({marks})".encode(), row)  # noqa: S608 our own names
    number: int = row["id"]
    return number
