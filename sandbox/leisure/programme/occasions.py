"""What is not part of a weekly timetable: courses, headline events with their parts, single events, videos."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox.leisure import vocabulary
from sandbox.leisure.documents import LONDON
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import address
from sandbox.leisure.programme.sites import TOWNS, place
from sandbox.leisure.wire import OWN, Document

OA = "https://openactive.io/"
COURSES = (
    ("Learn to row in six weeks", "Rowing", 9000),
    ("Beginners' tennis", "Tennis", 7200),
    ("Swimming for nervous adults", "Swimming Lessons", 6600),
    ("First steps in ballet", "Ballet", 5400),
    ("Couch to five kilometres", "Running", 0),
)
EVENTS = (
    ("Open-water taster", "Open Water Swimming", 1500),
    ("Canal walk", "Walking", 0),
    ("Family orienteering", "Orienteering", 600),
    ("Trampoline party", "Trampolining", 950),
    ("Reservoir ride", "Recreational Cycling", 350),
)
PARTS = (("Sprint", "Triathlon", 4200), ("Swim and run", "Aquathlon", 2800))
VIDEOS = (("Ten minutes of stretching", "Yoga", 0), ("Kettlebells at home", "Kettlebells", 300))
LESSONS = 6


@dataclass(frozen=True)
class Occasion:
    """One of them, to be stored under `number`; `parent` is the number of what it is part of."""

    number: int
    kind: str
    data: Document
    starts: datetime | None
    ends: datetime | None
    capacity: int | None
    parent: int | None = None


def counts(size: int) -> tuple[int, int, int, int]:
    """Return how many courses, headline events, single events and videos a programme of `size` has."""
    return min(size // 120, 5000), min(size // 400, 1000), min(size // 120, 5000), min(size // 250, 500)


def occasions(size: int, sites: int, now: datetime, chance: Random, numbers: Iterator[int]) -> Iterator[Occasion]:
    """Give all of them for a programme of `size` at `sites` sites."""
    courses, headlines, events, videos = counts(size)
    for index in range(courses):
        yield _course(next(numbers), index, chance.randint(1, sites), now)
    for index in range(headlines):
        yield from _headline(numbers, index, now)
    for index in range(events):
        name, activity, pence = EVENTS[index % len(EVENTS)]
        starts = _at(now, 3 + index % 60, 10)
        site = chance.randint(1, sites)
        data = _described("Event", number := next(numbers), name, activity, pence) | {"location": place(site)}
        yield Occasion(number, "Event", data, starts, starts + timedelta(hours=2), 30)
    for index in range(videos):
        name, activity, pence = VIDEOS[index % len(VIDEOS)]
        number = next(numbers)
        yield Occasion(
            number, "OnDemandEvent", _described("OnDemandEvent", number, name, activity, pence), None, None, None
        )


def _course(number: int, index: int, site: int, now: datetime) -> Occasion:
    name, activity, pence = COURSES[index % len(COURSES)]
    starts = _at(now, 5 + index % 30, 18)
    last = _at(starts, 7 * (LESSONS - 1), 19)
    schedule = {
        "@type": "Schedule",
        "startDate": starts.date().isoformat(),
        "endDate": last.date().isoformat(),
        "startTime": "18:00",
        "endTime": "19:00",
        "duration": "PT1H",
        "repeatFrequency": "P1W",
        "repeatCount": LESSONS,
        "scheduleTimezone": "Europe/London",
        "scheduledEventType": "Event",
    }
    data = _described("CourseInstance", number, name, activity, pence)
    data |= {"location": place(site), "eventSchedule": [schedule]}
    return Occasion(number, "CourseInstance", data, starts, last, 12)


def _headline(numbers: Iterator[int], index: int, now: datetime) -> Iterator[Occasion]:
    town = TOWNS[index % len(TOWNS)]
    site = index % len(TOWNS) + len(TOWNS)
    number, starts = next(numbers), _at(now, 14 + index % 90, 8)
    data = _described("HeadlineEvent", number, f"{town.name} Triathlon", "Triathlon", 4200) | {"location": place(site)}
    yield Occasion(number, "HeadlineEvent", data, starts, starts + timedelta(hours=6), 400)
    for later, (name, activity, pence) in enumerate(PARTS):
        part, begins = next(numbers), starts + timedelta(hours=2 * later)
        own = _described("Event", part, f"{town.name} Triathlon: {name}", activity, pence)
        own["location"] = place(site)
        yield Occasion(part, "Event", own, begins, begins + timedelta(hours=3), 200, parent=number)


def _described(kind: str, number: int, name: str, activity: str, pence: int) -> Document:
    slug = activity.lower().replace(" ", "-")
    path = {"CourseInstance": "courses", "HeadlineEvent": "headline-events", "OnDemandEvent": "on-demand-events"}
    offer = {
        "@type": "Offer",
        "@id": f"{address(kind, number)}#/offers/0",
        "name": "Standard",
        **priced(pence),
        "allowCustomerCancellationFullRefund": True,
        "latestCancellationBeforeStartDate": "P7D",
    }
    if kind == "OnDemandEvent":
        del offer["latestCancellationBeforeStartDate"]
    return {
        "name": name,
        "description": f"{name}: open to all, and no experience is needed.",
        "url": f"{OWN}{path.get(kind, 'events')}/{number}",
        "activity": [vocabulary.activity(activity)],
        "image": [{"@type": "ImageObject", "url": f"{OWN}images/{slug}.svg"}],
        "genderRestriction": f"{OA}NoRestriction",
        "ageRange": {"@type": "QuantitativeValue", "minValue": 8},
        "level": ["Beginner"],
        "offers": [offer],
    }


def _at(day: datetime, days: int, hour: int) -> datetime:
    """Return the moment at which the clock on the wall shows `hour`, `days` after `day`."""
    later = day.astimezone(LONDON).date() + timedelta(days=days)
    return datetime(later.year, later.month, later.day, hour, tzinfo=LONDON)
