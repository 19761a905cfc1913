"""Weekly timetables: on which days of the week, Monday first, and how many minutes after midnight something begins.

Minutes are the wall clock's, so that a class at half past six stays there when the clocks change; the database works
out the moment (`build.py`).
"""

from collections import defaultdict
from datetime import date

Week = tuple[tuple[int, int], ...]  # (day, minute)
DAYS = range(7)


def _every(step: int, first: int, last: int) -> Week:
    return tuple((day, minute) for day in DAYS for minute in range(first, last + 1, step))


HOURLY = _every(60, 6 * 60, 20 * 60)
HALF_HOURLY = _every(30, 6 * 60, 21 * 60)
NIGHT = _every(60, 0, 4 * 60)
MORNING: Week = ((0, 390), (2, 390), (4, 390), (5, 480))
LUNCH: Week = ((0, 735), (1, 735), (3, 735), (4, 735))
EVENING: Week = ((0, 1095), (1, 1140), (3, 1095), (4, 1065))
WEEKEND: Week = ((5, 540), (5, 600), (6, 600), (6, 660))
COURTS = _every(60, 7 * 60, 21 * 60)


def thinned(week: Week, keep: int) -> Week:
    """Return every `keep`-th entry, and at least one."""
    return week[::keep]


def since(first: date, week: Week) -> Week:
    """Return the same with days counted from `first`."""
    return tuple(((day - first.weekday()) % 7, minute) for day, minute in week)


def by_day(week: Week) -> list[tuple[int, tuple[int, ...]]]:
    """Return the minutes at which something begins, each with its days."""
    days: dict[int, list[int]] = defaultdict(list)
    for day, minute in week:
        days[minute].append(day)
    return [(minute, tuple(sorted(found))) for minute, found in sorted(days.items())]
