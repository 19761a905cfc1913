"""A card is valid until its month has ended everywhere on Earth, to the hour."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from imin.payments.expiry import (
    REMINDED_BEFORE,
    end_of,
    first_of_a_month_somewhere,
    months_reminded_now,
    reminded_now,
)
from imin.payments.models import Card

YEARS, MONTHS = st.integers(2000, 2098), st.integers(1, 12)
PLACES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
SHIPS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
ANYWHERE = PLACES | SHIPS
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MOMENTS = st.integers(0, 98 * 366 * 24 * 60).map(lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + minutes * MINUTE)


def following(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


@given(YEARS, MONTHS, ANYWHERE)
def test_it_is_valid_on_its_last_evening_anywhere_on_earth(year, month, place):
    midnight = datetime(*following(year, month), 1, tzinfo=place)
    last_second = midnight.astimezone(UTC) - SECOND
    card = Card(exp_year=year, exp_month=month)
    assert card.expiry(last_second) != Card.Expiry.EXPIRED


@given(YEARS, MONTHS)
def test_it_is_expired_as_soon_as_the_last_place_has_midnight(year, month):
    midnight = datetime(*following(year, month), 1, tzinfo=timezone(timedelta(hours=-12)))
    card = Card(exp_year=year, exp_month=month)
    assert card.valid_until == midnight == end_of(year, month)
    assert card.expiry(midnight - SECOND) == Card.Expiry.THIS_MONTH
    assert card.expiry(midnight) == Card.Expiry.EXPIRED


@given(MOMENTS, ANYWHERE)
def test_no_reminder_leaves_on_the_first_of_a_month_of_anybody(now, place):
    if now.astimezone(place).day == 1:
        assert first_of_a_month_somewhere(now)
        assert months_reminded_now(now) == []


@given(MOMENTS)
def test_the_first_somewhere_is_said_of_no_other_time(now):
    zones = [timezone(timedelta(minutes=15 * quarters)) for quarters in range(-12 * 4, 14 * 4 + 1)]
    assert first_of_a_month_somewhere(now) == any(now.astimezone(zone).day == 1 for zone in zones)


@given(YEARS, MONTHS, st.integers(-60 * 24, 24 * 24))
def test_the_window_lies_within_the_last_twenty_days(year, month, hours):
    now = end_of(year, month) + timedelta(hours=hours)
    if reminded_now(year, month, now):
        assert timedelta(hours=26) < end_of(year, month) - now <= REMINDED_BEFORE
    assert ((year, month) in months_reminded_now(now)) == reminded_now(year, month, now)


@given(YEARS, MONTHS)
def test_the_window_is_long_enough_to_be_met_by_a_job_that_was_away_for_two_weeks(year, month):
    opens = end_of(year, month) - REMINDED_BEFORE
    hours = [opens + timedelta(hours=hour) for hour in range(18 * 24)]
    assert all(reminded_now(year, month, hour) for hour in hours)
    assert not reminded_now(year, month, opens - SECOND)
