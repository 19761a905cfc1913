"""What happens by itself: leases run out, people book at the desk, prices change, the past goes, a new week comes."""

import json
from datetime import datetime, timedelta
from random import Random

from sandbox.leisure import capacity, opportunity
from sandbox.leisure.documents import LONDON
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import price
from sandbox.leisure.programme import build
from sandbox.leisure.state import State
from sandbox.leisure.store import Work

TOMBSTONES_STAY = timedelta(days=7)  # RPDE 1.0, "Deletions": at least
AT_ONCE = 1000
ONE_CHANGE_OF = 20_000  # opportunities, at each tick
_ALONE = 0x71CC  # the advisory lock: of several processes one at a time does this
_NO_LIMIT = {"ScheduledSession": build.MOST, "Slot": build.MOST}
_OVER = """
    UPDATE opportunity SET removed = %(now)s WHERE id IN (
      SELECT id FROM opportunity WHERE ends < %(now)s AND removed IS NULL AND dataset IS NULL
      ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
_FORGOTTEN = """
    DELETE FROM opportunity WHERE id IN (
      SELECT id FROM opportunity o WHERE removed < %(then)s
        AND NOT EXISTS (SELECT FROM order_item WHERE opportunity = o.id)
      ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
_TAKEN_HERE = """
    SELECT (SELECT count(*) FROM order_item WHERE opportunity = %(id)s AND status NOT LIKE '%%Cancelled')
         + (SELECT coalesce(sum(places), 0) FROM lease WHERE opportunity = %(id)s) AS taken
"""


def tick(state: State, chance: Random) -> None:
    """Do what is due now."""
    now = state.clock.now()
    with state.store.work() as work:
        free = work.execute("SELECT pg_try_advisory_xact_lock(%s) AS free", [_ALONE]).fetchone()
        if not free or not free["free"]:
            return
        expire(work, now)
        work.execute(_OVER.encode(), {"now": now, "most": AT_ONCE})
        work.execute(_FORGOTTEN.encode(), {"then": now - TOMBSTONES_STAY, "most": AT_ONCE})
    with state.store.work() as work:  # another one: whoever waits for rows in two groups may wait in a circle
        change(work, now, chance)
    renew(state, now)


def expire(work: Work, now: datetime) -> None:
    """Give back the places of leases that ran out."""
    over = work.execute("SELECT opportunity FROM lease WHERE expires <= %s LIMIT %s", [now, AT_ONCE]).fetchall()
    if over:
        capacity.release_expired(work, opportunity.read(work, [row["opportunity"] for row in over], lock=True), now)


def change(work: Work, now: datetime, chance: Random) -> None:
    """Let places be booked and given up at the desk, and now and then a price change."""
    ends = work.execute("SELECT min(id) AS low, max(id) AS high FROM opportunity").fetchone()
    if not ends or not ends["high"]:
        return
    tries = 20 * (1 + (ends["high"] - ends["low"]) // ONE_CHANGE_OF)
    chosen = [chance.randint(ends["low"], ends["high"]) for _ in range(tries)]
    rows = opportunity.read(work, chosen, lock=True)
    ours = [
        one for one in rows.values() if not one.dataset and not one.removed and (not one.starts or one.starts > now)
    ]
    for one in chance.sample(ours, min(len(ours), tries // 20)):
        if one.kind == "SessionSeries":
            _dearer(work, one, chance)
        elif one.pence and chance.random() < 0.1:
            work.execute("UPDATE opportunity SET pence = %s WHERE id = %s", [_new_price(one.pence, chance), one.id])
        elif one.remaining is not None and one.capacity is not None:
            _at_the_desk(work, one, chance)


def renew(state: State, now: datetime) -> None:
    """Store the next week of the timetable when the programme reaches less far than it did at first."""
    made = state.store.rows("SELECT seed, first, weeks, ahead FROM made")[0]
    if not made["seed"]:
        return  # it is being made
    today = now.astimezone(LONDON).date()
    if made["first"] + timedelta(weeks=made["weeks"]) >= today + timedelta(weeks=made["ahead"]):
        return
    query = "UPDATE made SET weeks = weeks + 1 WHERE weeks = %(weeks)s RETURNING weeks"
    if state.store.rows(query, {"weeks": made["weeks"]}):
        build.week(state, made, made["weeks"], _NO_LIMIT)


def _at_the_desk(work: Work, one: opportunity.Opportunity, chance: Random) -> None:
    """Sell a place at the desk, or take one back: never one that was booked or leased through us."""
    assert one.remaining is not None
    assert one.capacity is not None
    row = work.execute(_TAKEN_HERE.encode(), {"id": one.id}).fetchone()
    desk = one.capacity - one.remaining - int(row["taken"] if row else 0)
    if one.remaining and (desk <= 0 or chance.random() < 0.6):
        capacity.change(work, one, -1)
    elif desk > 0:
        capacity.change(work, one, 1)


def _dearer(work: Work, one: opportunity.Opportunity, chance: Random) -> None:
    """Change a series' prices; what is free stays free."""
    offers = [{**offer, **priced(_new_price(price(offer), chance))} for offer in one.offers]
    data = json.dumps({**one.data, "offers": offers}, ensure_ascii=False)
    work.execute("UPDATE opportunity SET data = %s WHERE id = %s", [data, one.id])


def _new_price(pence: int, chance: Random) -> int:
    """Return a price that is up to a tenth off, in steps of five pence: never free what was not, nor the reverse."""
    moved = pence * (100 + chance.choice((-10, -5, 5, 10))) // 100 // 5 * 5
    return max(moved, 100) if pence else 0
