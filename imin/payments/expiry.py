"""When a card's month has ended everywhere on Earth, and in which hours its Customer is reminded of that.

Card Details, section 3. No zone is asked for: a card is good while its last day lasts anywhere, and a reminder leaves
only while it is the first of a month nowhere.
"""

from datetime import UTC, date, datetime, time, timedelta

REMINDED_BEFORE = timedelta(days=20)
_LAST_PLACE = timedelta(hours=-12)  # UTC-12, where a day ends last
_FIRST_PLACE = timedelta(hours=14)  # UTC+14, where it begins first


def end_of(year: int, month: int) -> datetime:
    """Return the moment at which the month has ended everywhere."""
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=UTC) - _LAST_PLACE


def end_of_day(day: date) -> datetime:
    """Return the moment at which `day` has ended everywhere."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) - _LAST_PLACE


def last_ended(now: datetime) -> tuple[int, int]:
    """Return year and month of the last month that has ended everywhere at `now`."""
    there = (now + _LAST_PLACE).astimezone(UTC)
    return (there.year - 1, 12) if there.month == 1 else (there.year, there.month - 1)


def first_of_a_month_somewhere(now: datetime) -> bool:
    """Say whether it is the first day of a month in any zone on Earth."""
    return any((now + place).day == 1 for place in (_LAST_PLACE, timedelta(0), _FIRST_PLACE))


def reminded_now(year: int, month: int, now: datetime) -> bool:
    """Say whether `now` is right for a reminder of cards that expire in that month."""
    end = end_of(year, month)
    return end - REMINDED_BEFORE <= now < end and not first_of_a_month_somewhere(now)


def months_reminded_now(now: datetime) -> list[tuple[int, int]]:
    """Return year and month of the cards whose Customers are to be reminded at `now`."""
    following = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return [month for month in ((now.year, now.month), following) if reminded_now(*month, now)]
