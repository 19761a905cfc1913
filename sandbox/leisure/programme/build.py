"""Making the programme from a seed: what describes is made in Python, what is booked by INSERT … SELECT.

Each batch is a transaction of its own: the feeds serve what was written before the oldest one that still runs
(schema.sql), so they grow while the programme does.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from psycopg.rows import DictRow

from sandbox.leisure.documents import LONDON
from sandbox.leisure.programme import classes, facilities, weeks
from sandbox.leisure.programme.occasions import Occasion, occasions
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.state import State
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

BATCH = 50_000
TWO_WEEKS = 2
MOST = 10_000_000
_PARENTS = "COPY opportunity (id, kind, parent, seller, starts, ends, capacity, remaining, data) FROM STDIN"
_TIMES = "COPY timetable (parent, kind, unit, seller, day, minute, length, capacity, pence) FROM STDIN"
# How full a session is follows from its place in the timetable alone, so that the same seed makes the same programme.
_OCCURRENCES = """
    INSERT INTO opportunity (kind, parent, unit, seller, starts, ends, capacity, remaining, pence)
    SELECT kind, parent, unit, seller, at, at + length * interval '1 minute', capacity,
           CASE WHEN chance < 8 OR (capacity = 1 AND chance < 35) THEN 0
                ELSE capacity - capacity * (chance - 8) / 110 END, pence
    FROM timetable
    CROSS JOIN LATERAL (SELECT ((%(first)s::date + %(week)s * 7 + day) + minute * interval '1 minute')
                               AT TIME ZONE 'Europe/London') moment (at)
    CROSS JOIN LATERAL (SELECT abs(hashint8(parent * 7919 + %(week)s * 10080 + day * 1440 + minute)::bigint) %% 100)
                       luck (chance)
    WHERE parent > %(after)s AND parent <= %(upto)s AND kind = %(kind)s
    ORDER BY day, minute, parent, unit LIMIT %(limit)s
"""
log = logging.getLogger("sandbox.leisure")


@dataclass(frozen=True)
class Plan:
    """How much of everything a programme of a given size has."""

    sites: int
    classes_each: int
    facilities_each: int
    sessions: int
    slots: int


def build(state: State, *, size: int, seed: str) -> None:
    """Make `size` opportunities to book, unless this programme was made before."""
    if not 0 <= size <= MOST:
        raise ValueError(f"A programme has between 0 and {MOST:,} opportunities.")
    with state.store.work() as work:
        made = work.execute("SELECT seed, size FROM made").fetchone()
        if made == {"seed": seed, "size": size}:
            return
        work.execute("UPDATE made SET seed = NULL")  # until all of it is there
        work.execute(
            "UPDATE opportunity SET removed = %s WHERE dataset IS NULL AND removed IS NULL", [state.clock.now()]
        )
        work.execute("DELETE FROM timetable")
    _make(state, size, seed)


def week(state: State, made: DictRow, number: int, limits: dict[str, int]) -> dict[str, int]:
    """Store week `number` of the timetable, at most `limits` of each kind; return how many each kind got."""
    done = dict.fromkeys(limits, 0)
    for kind, after, upto in _batches(state):
        left = limits.get(kind, 0) - done.get(kind, 0)
        if left > 0:
            with state.store.work() as work:
                values = {"first": made["first"], "week": number, "kind": kind}
                values |= {"after": after, "upto": upto, "limit": left}
                done[kind] += work.execute(_OCCURRENCES.encode(), values).rowcount
    return done


def plan(size: int, sites: int, others: int) -> Plan:
    """Return how much of everything there is at `sites` sites, beside `others` occasions that stand alone."""
    rest = size - others
    sessions = rest * 2 // 5
    series = min(max(sessions // sites // 14, 3), len(classes.CLASSES))
    courts = min(max((rest - sessions) // sites // 60, 2), 4)
    return Plan(sites, series, courts, sessions, rest - sessions)


def _make(state: State, size: int, seed: str) -> None:
    now, chance = state.clock.now(), Random(seed)  # noqa: S311 a timetable, no secret
    first = (now.astimezone(LONDON) + timedelta(days=1)).date()
    with state.store.work() as work:
        numbers = _numbers(work)
        sites = min(max(size // 4000, 6), 2000)
        alone = list(occasions(size, sites, now, chance, numbers))
        there = len(alone)
        planned = plan(size, sites, there)
        _copy_occasions(work, alone, chance)
        _copy_parents(work, planned, chance, numbers, first)
    limits = {"ScheduledSession": planned.sessions, "Slot": planned.slots}
    number = 0
    while any(limits.values()) and planned.sites:
        done = week(state, {"first": first}, number, limits)
        limits = {kind: limits[kind] - done[kind] for kind in limits}
        number, there = number + 1, there + sum(done.values())
        log.info("made %s of %s opportunities", f"{there:,}", f"{size:,}")
    with state.store.work() as work:
        work.execute("ANALYZE opportunity")
        values = [seed, size, first, number, number]
        work.execute("UPDATE made SET seed = %s, size = %s, first = %s, weeks = %s, ahead = %s", values)


def _batches(state: State) -> Iterator[tuple[str, int, int]]:
    """Give the parents of each kind in groups, each of which has about `BATCH` entries a week."""
    rows = state.store.rows("SELECT kind, parent, count(*) AS entries FROM timetable GROUP BY 1, 2 ORDER BY 1, 2")
    for kind in ("ScheduledSession", "Slot"):
        after, last, entries = 0, 0, 0
        for row in rows:
            if row["kind"] != kind:
                continue
            if not after:
                after = row["parent"] - 1
            last, entries = row["parent"], entries + row["entries"]
            if entries >= BATCH:
                yield kind, after, last
                after, entries = last, 0
        if entries:
            yield kind, after, last


def _copy_occasions(work: Work, alone: Iterable[Occasion], chance: Random) -> None:
    with work.cursor() as cursor, cursor.copy(_PARENTS.encode()) as copy:
        for one in alone:
            left = None if one.capacity is None else chance.randint(0, one.capacity)
            seller = (one.parent or one.number) % len(SELLERS) + 1
            data = json.dumps(one.data, ensure_ascii=False)
            copy.write_row((one.number, one.kind, one.parent, seller, one.starts, one.ends, one.capacity, left, data))


def _copy_parents(work: Work, planned: Plan, chance: Random, numbers: Iterator[int], first: date) -> None:
    """Store every site's series and facilities, and what of them there is in a week."""
    chosen = [_chosen(planned, site, chance) for site in range(1, planned.sites + 1)]
    keep = _keep(planned, chosen)
    parents: list[tuple[int, str, int, Document]] = []
    times: list[tuple[object, ...]] = []
    for site, (kinds, courts) in enumerate(chosen, 1):
        seller = site % len(SELLERS) + 1
        for of in kinds:
            number, when = next(numbers), weeks.thinned(of.week, keep[0])
            parents.append((number, "SessionSeries", seller, classes.series(number, of, site, when)))
            row = (of.minutes, of.places, None)
            times += [
                (number, "ScheduledSession", None, seller, day, minute, *row)
                for day, minute in weeks.since(first, when)
            ]
        for court in courts:
            number, when = next(numbers), weeks.thinned(weeks.COURTS, keep[1])
            parents.append((number, "FacilityUse", seller, facilities.facility_use(number, court, site)))
            times += list(_slots(number, court, seller, weeks.since(first, when)))
    with work.cursor() as cursor:
        with cursor.copy(_PARENTS.encode()) as copy:
            for number, kind, seller, data in parents:
                copy.write_row(
                    (number, kind, None, seller, None, None, None, None, json.dumps(data, ensure_ascii=False))
                )
        with cursor.copy(_TIMES.encode()) as copy:
            for time in times:
                copy.write_row(time)


def _slots(number: int, court: facilities.Facility, seller: int, when: weeks.Week) -> Iterator[tuple[object, ...]]:
    units: list[tuple[int | None, int]] = [(unit, 1) for unit in range(1, court.courts + 1)]
    for unit, places in units if court.apart else [(None, court.courts)]:
        for day, minute in when:
            peak = 17 * 60 <= minute < 21 * 60
            pence = court.pence * (5 if peak else 4) // 5 // 5 * 5
            yield number, "Slot", unit, seller, day, minute, court.minutes, places, pence


def _chosen(planned: Plan, site: int, chance: Random) -> tuple[list[classes.Class], list[facilities.Facility]]:
    """Return what a site has on: the first sites together have everything."""
    offset = site * planned.classes_each
    every = classes.CLASSES
    kinds = [every[(offset + index) % len(every)] for index in range(planned.classes_each)]
    return kinds, chance.sample(facilities.FACILITIES, planned.facilities_each)


def _keep(planned: Plan, chosen: list[tuple[list[classes.Class], list[facilities.Facility]]]) -> tuple[int, int]:
    """Return how much to thin the timetables of sessions and slots, so that a small programme too lasts two weeks."""
    sessions = sum(len(of.week) for kinds, _ in chosen for of in kinds)
    slots = sum(len(weeks.COURTS) * (court.courts if court.apart else 1) for _, courts in chosen for court in courts)
    return (
        max(1, -(-sessions * TWO_WEEKS // max(planned.sessions, 1))),
        max(1, -(-slots * TWO_WEEKS // max(planned.slots, 1))),
    )


def _numbers(work: Work) -> Iterator[int]:
    """Give numbers that no opportunity has, taken from the database by the thousand."""
    query = (
        "SELECT nextval(pg_get_serial_sequence('leisure.opportunity', 'id')) AS number FROM generate_series(1, 1000)"
    )
    while True:
        for row in work.execute(query.encode()).fetchall():
            yield row["number"]
