"""Making the programme: parents from Python, what is booked by INSERT … SELECT in the database."""

import json
from datetime import datetime, timedelta
from typing import Any

from sandbox.leisure import vocabulary
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import address
from sandbox.leisure.programme.sites import place
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import OWN

CLASSES = (
    ("Yoga", "Sunrise yoga", 600, 18),
    ("Swimming", "Lane swimming", 480, 40),
    ("Indoor Cycling", "Indoor cycling", 720, 24),
    ("HIIT", "Lunchtime HIIT", 650, 20),
    ("Aqua Aerobics", "Aqua aerobics", 550, 30),
)
COURTS = (("Badminton Court", "Badminton", 950), ("Squash Court", "Squash", 800))


def build(state: State, *, size: int, seed: str) -> None:
    """Make `size` opportunities, unless the same programme is there already."""
    with state.store.work() as work:
        made = work.execute("SELECT seed, size FROM made FOR UPDATE").fetchone()
        if made == {"seed": seed, "size": size}:
            return
        work.execute("UPDATE opportunity SET removed = now() WHERE dataset IS NULL AND removed IS NULL")
        work.execute("UPDATE made SET seed = %s, size = %s", [seed, size])
        _sessions(work, size // 2, state.clock.now())
        _slots(work, size - size // 2, state.clock.now())


def _sessions(work: Work, size: int, now: datetime) -> None:
    each = max(size // len(CLASSES), 1)
    for index, (label, name, pence, places) in enumerate(CLASSES):
        number = _next(work)
        series = address("SessionSeries", number)
        offer = {"@type": "Offer", "@id": f"{series}#/offers/0", "name": "Adult", **priced(pence)}
        data = {
            "name": name,
            "url": f"{OWN}sessions/{number}",
            "activity": [vocabulary.activity(label)],
            "location": place(index + 1),
            "offers": [{**offer, "allowCustomerCancellationFullRefund": True}],
        }
        _insert(work, id=number, kind="SessionSeries", seller=index % 2 + 1, data=json.dumps(data))
        work.execute(
            """
            INSERT INTO opportunity (kind, parent, seller, starts, ends, capacity, remaining)
            SELECT 'ScheduledSession', %(parent)s, %(seller)s, at, at + interval '1 hour', %(places)s, %(places)s
            FROM generate_series(%(first)s::timestamptz, %(first)s + (%(each)s - 1) * interval '1 day', '1 day') at
            """,
            {"parent": number, "seller": index % 2 + 1, "places": places, "first": _tomorrow(now, 7 + index),
             "each": each},
        )  # fmt: skip


def _slots(work: Work, size: int, now: datetime) -> None:
    each = max(size // len(COURTS), 1)
    for index, (label, name, pence) in enumerate(COURTS):
        number = _next(work)
        facility = address("FacilityUse", number)
        units = [
            {"@type": "IndividualFacilityUse", "@id": f"{facility}/individual-facility-uses/{unit}",
             "name": f"{name} court {unit}"}
            for unit in (1, 2)
        ]  # fmt: skip
        data = {
            "name": name,
            "url": f"{OWN}facilities/{number}",
            "facilityType": [vocabulary.facility_type(label)],
            "location": place(index + 1),
            "individualFacilityUse": units,
        }
        _insert(work, id=number, kind="FacilityUse", seller=index % 2 + 1, data=json.dumps(data))
        work.execute(
            """
            INSERT INTO opportunity (kind, parent, unit, seller, starts, ends, capacity, remaining, pence)
            SELECT 'Slot', %(parent)s, n %% 2 + 1, %(seller)s, %(first)s + n / 2 * interval '1 hour',
                   %(first)s + (n / 2 + 1) * interval '1 hour', 1, 1, %(pence)s
            FROM generate_series(0, %(each)s - 1) n
            """,
            {"parent": number, "seller": index % 2 + 1, "first": _tomorrow(now, 6), "each": each, "pence": pence},
        )


def _tomorrow(now: datetime, hour: int) -> datetime:
    return (now + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def _next(work: Work) -> int:
    row = work.execute("SELECT nextval(pg_get_serial_sequence('leisure.opportunity', 'id')) AS number").fetchone()
    assert row
    number: int = row["number"]
    return number


def _insert(work: Work, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    work.execute(f"INSERT INTO opportunity ({names}) VALUES ({marks})".encode(), values)  # noqa: S608 our own names
