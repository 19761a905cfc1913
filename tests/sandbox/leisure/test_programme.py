"""The programme: made from a seed, whole, believable, on the wall's clock, and never still."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from sandbox.leisure import app
from sandbox.leisure.documents import LONDON
from sandbox.leisure.opportunity import PATHS
from sandbox.leisure.programme import build, tick
from sandbox.leisure.store import Work
from tests.sandbox.leisure.conftest import fresh_database
from tests.sandbox.leisure.partner import OA, ORIGIN, Json, Partner


@pytest.fixture(scope="module")
def feeds(programme: app.State) -> dict[str, list[Json]]:
    partner = Partner(app.create(programme))
    return {kind: partner.feed(f"{ORIGIN}/feeds/{path}") for kind, path in PATHS.items()}


def test_it_has_as_many_as_were_asked_for_and_every_kind(feeds: dict[str, list[Json]]) -> None:
    counts = {kind: len(items) for kind, items in feeds.items()}
    parents = counts.pop("SessionSeries") + counts.pop("FacilityUse")
    parts = sum("superEvent" in item["data"] for item in feeds["Event"])
    assert sum(counts.values()) == 1000
    assert all(counts.values())
    assert parents
    assert parts


def test_no_child_is_without_its_parent(feeds: dict[str, list[Json]]) -> None:
    series = {item["data"]["@id"] for item in feeds["SessionSeries"]}
    facilities = [item["data"] for item in feeds["FacilityUse"]]
    units = {unit["@id"] for one in facilities for unit in one.get("individualFacilityUse", [])}
    assert {item["data"]["superEvent"] for item in feeds["ScheduledSession"]} <= series
    assert {item["data"]["facilityUse"] for item in feeds["Slot"]} <= units | {one["@id"] for one in facilities}
    assert units


def test_nothing_takes_place_twice_at_once(programme: app.State) -> None:
    twice = """
        SELECT parent, unit, starts FROM opportunity WHERE kind IN ('ScheduledSession', 'Slot')
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """
    assert programme.store.rows(twice) == []


def test_it_is_varied(feeds: dict[str, list[Json]]) -> None:
    series = [item["data"] for item in feeds["SessionSeries"]]
    offers = [offer for one in series for offer in one["offers"]]
    assert {one["genderRestriction"] for one in series} >= {f"{OA}NoRestriction", f"{OA}FemaleOnly"}
    assert {one["eventAttendanceMode"].rpartition("/")[2] for one in series} >= {
        "OnlineEventAttendanceMode",
        "OfflineEventAttendanceMode",
    }
    assert any("accessibilitySupport" in one for one in series)
    assert {offer["price"] == 0 for offer in offers} == {True, False}
    assert len({one["location"]["address"]["addressLocality"] for one in series if "location" in one}) >= 5
    assert {one["organizer"]["taxMode"] for one in series} == {f"{OA}TaxGross", f"{OA}TaxNet"}


def test_no_free_offer_asks_for_prepayment(feeds: dict[str, list[Json]]) -> None:
    offers = [offer for items in feeds.values() for item in items for offer in item["data"].get("offers", [])]
    asked = {offer.get("openBookingPrepayment") for offer in offers if offer["price"] == 0}
    assert asked <= {None, f"{OA}Unavailable"}


def test_the_same_seed_makes_the_same_programme(feeds: dict[str, list[Json]], programme: app.State) -> None:
    with fresh_database() as dsn:
        again = app.start(ORIGIN, dsn)
        build.build(again, size=1000, seed="tests")
        items = Partner(app.create(again)).feed(f"{ORIGIN}/feeds/scheduled-sessions")
        again.store.close()
    assert [item["data"] for item in items] == [item["data"] for item in feeds["ScheduledSession"]]


def test_a_class_keeps_its_time_when_the_clocks_change(programme: app.State) -> None:
    rows = programme.store.rows("SELECT parent FROM timetable WHERE kind = 'ScheduledSession' ORDER BY 1 LIMIT 1")
    before = date(2027, 3, 22)  # the clocks go forward on the 28th
    with programme.store.work() as work:
        values = {
            "kind": "ScheduledSession",
            "first": before,
            "after": rows[0]["parent"] - 1,
            "upto": rows[0]["parent"],
            "limit": 999,
        }
        for week in (0, 1):
            work.execute(build._OCCURRENCES.encode(), {**values, "week": week})
        found = work.execute("SELECT starts, ends - starts AS length FROM opportunity WHERE starts > '2027-03-01'"
                             " AND parent = %s ORDER BY id", [rows[0]["parent"]]).fetchall()  # fmt: skip
        work.rollback()
    half = len(found) // 2
    local = [row["starts"].astimezone(LONDON) for row in found]
    assert [one.replace(tzinfo=None) + timedelta(7) for one in local[:half]] == [
        one.replace(tzinfo=None) for one in local[half:]
    ]
    assert local[0].utcoffset() == timedelta(0)
    assert local[-1].utcoffset() == timedelta(hours=1)
    assert len({row["length"] for row in found}) == 1


def test_time_passes_and_the_feed_says_so() -> None:
    with fresh_database() as dsn:
        state = app.start(ORIGIN, dsn)
        build.build(state, size=500, seed="tests")
        partner = Partner(app.create(state))
        sessions = f"{ORIGIN}/feeds/scheduled-sessions"
        end = partner.call("GET", sessions).json["next"]
        state.clock.advance(timedelta(days=8))
        tick.tick(state, Random(1))
        changed = Counter(item["state"] for item in partner.feed(end))
        gone = [item for item in partner.feed(sessions) if item["state"] == "deleted"]
        state.store.close()
    assert changed["deleted"] == len(gone) > 0
    assert changed["updated"] > 0  # a new week


def test_prices_and_places_move_but_what_is_free_stays_free(programme: app.State) -> None:
    with programme.store.work() as work:
        before = _told(work)
        for number in range(150):
            tick.change(work, programme.clock.now(), Random(number))
        after = _told(work)
        work.rollback()
    dearer = {id_ for id_, (prices, _) in before.items() if prices != after[id_][0]}
    fuller = {id_ for id_, (_, left) in before.items() if left != after[id_][1]}
    assert dearer
    assert fuller
    assert all([bool(price) for price in before[id_][0]] == [bool(price) for price in after[id_][0]] for id_ in before)
    assert all(price * 100 % 5 < 0.01 or price * 100 % 5 > 4.99 for id_ in dearer for price in after[id_][0])


def _told(work: Work) -> dict[int, tuple[list[float], int | None]]:
    rows = work.execute("SELECT id FROM opportunity WHERE removed IS NULL AND kind IN ('SessionSeries', 'Slot')")
    found = tick.opportunity.read(work, [row["id"] for row in rows])
    return {id_: ([offer["price"] for offer in one.offers], one.remaining) for id_, one in found.items()}


def test_what_is_sold_at_the_desk_was_never_booked(state: app.State, partner: Partner) -> None:
    one = partner.make("BookableFiveSpaces")
    partner.booked(one, one, one)
    number = one["identifier"]
    chance = Random(2)
    with state.store.work() as work:
        work.execute("UPDATE opportunity SET dataset = NULL WHERE id = %s", [number])
        row = tick.opportunity.read(work, [number], lock=True)[number]
        seen = set()
        for _ in range(60):
            tick._at_the_desk(work, row, chance)
            seen.add(row.remaining)
        work.execute("UPDATE opportunity SET dataset = 'tests', remaining = 2 WHERE id = %s", [number])
    assert seen == {0, 1, 2}


def test_a_lease_that_ran_out_is_given_back(state: app.State, partner: Partner) -> None:
    one = partner.make()
    assert partner.c1(one, one).status_code == 200
    assert partner.left(one) == 8
    with state.store.work() as work:
        tick.expire(work, state.clock.now() + timedelta(hours=1))
    assert partner.left(one) == 10
