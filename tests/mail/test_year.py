"""The reminders over a whole year and more, day by day and in the worker's own hours, with a moved clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.payments.expiry import end_of, first_of_a_month_somewhere
from imin.payments.jobs import _BY_DAY
from imin.payments.models import Card, CardReminder
from tests.brokers import build
from tests.cards.person import Person, person
from tests.mail.post import mails, work

BEGIN, DAYS = date(2027, 1, 1), 425  # until the leap February of 2028 is over
MONTHS = [(2027, month) for month in range(1, 13)] + [(2028, 1), (2028, 2)]
OPENS, ONE_DAY = timedelta(days=20), timedelta(days=1)


def days(first: date = BEGIN, number: int = DAYS, hour: int = 8) -> list[datetime]:
    """Return the same minute of each day, as the worker has it."""
    start = datetime(first.year, first.month, first.day, hour, 23, tzinfo=UTC)
    return [start + timedelta(days=day) for day in range(number)]


def sent(folder) -> dict[str, datetime]:
    """Return when the mails left, by the month of their card."""
    return {mail["Subject"].split(":")[0].rpartition(" of ")[2]: mail["Date"].datetime for mail in mails(folder)}


def change(model, whose: Person, **values) -> None:
    with as_owner():
        key = "id" if model is Customer else "customer_id"
        model.objects.filter(**{key: whose.customer_id}).update(**values)


def named(year: int, month: int) -> str:
    return f"{date(year, month, 1):%B} {year}"


@pytest.fixture
def everybody(database, folder) -> list[Person]:
    """A Customer for each month, whose default card expires in it."""
    build.broker("acmebroker", name="Acme")
    people = []
    for year, month in MONTHS:
        someone = person(email=f"{year}-{month}@acmebroker.example", subject=f"{year}-{month}")
        someone.card(is_default=True, exp_year=year, exp_month=month)
        people.append(someone)
    return people


def test_the_worker_looks_in_these_hours():
    assert _BY_DAY == "23 8-18 * * *"


def test_a_whole_year_day_by_day(everybody, folder):
    """Each card is told of once, on the first morning that is less than twenty days before its end.

    In August the worker is away for a week; one card gets a new date in January; somebody stops reminders in spring.
    """
    for now in days():
        if date(2027, 8, 9) <= now.date() < date(2027, 8, 16):
            continue
        work(now)
        if now.date() == date(2027, 1, 20):
            change(Card, everybody[0], exp_month=10)
        elif now.date() == date(2027, 4, 1):
            change(Customer, everybody[4], reminders_stopped_at=now)
    october = [mail for mail in mails(folder) if "October" in mail["Subject"]]
    assert {mail["To"] for mail in october} == {"2027-1@acmebroker.example", "2027-10@acmebroker.example"}
    assert len(mails(folder)) == len(MONTHS)  # one for each, one more for the new date, none for who stopped
    when = {month: moment for month, moment in sent(folder).items() if month != "October 2027"}
    assert set(when) == {named(*month) for month in MONTHS} - {"May 2027", "October 2027"}
    mornings = {month: when[named(*month)] for month in MONTHS if named(*month) in when}
    late = [month for month, morning in mornings.items() if not OPENS - ONE_DAY < end_of(*month) - morning <= OPENS]
    assert late == [(2027, 8)]
    assert mornings[2027, 8] == datetime(2027, 8, 16, 8, 23, tzinfo=UTC)
    assert mornings[2028, 2] == datetime(2028, 2, 11, 8, 23, tzinfo=UTC)  # of a leap year
    assert mornings[2027, 2] == datetime(2027, 2, 10, 8, 23, tzinfo=UTC)
    assert not any(first_of_a_month_somewhere(morning) for morning in mornings.values())


def test_hour_by_hour_no_mail_leaves_on_the_first_of_any_month_of_anybody(everybody, folder):
    for now in [*days(date(2027, 6, 10), 3), *days(date(2027, 6, 29), 4)]:
        for hour in range(24):
            work(now.replace(hour=hour))
    when = sent(folder)
    assert list(when) == ["June 2027"]
    assert when["June 2027"] == datetime(2027, 6, 11, 12, 23, tzinfo=UTC)  # twenty days before the end, at UTC-12


def test_a_worker_that_was_away_until_the_first_keeps_silent(everybody, folder):
    for now in days(date(2027, 6, 30), 3):
        for hour in range(10, 24):
            work(now.replace(hour=hour))
    assert sent(folder) == {}


class KilledError(BaseException):
    """What a worker knows of `kill -9`: nothing comes after it."""


@pytest.mark.parametrize("at", ["put_many", "compose", "send", "sent"])
def test_a_worker_that_dies_anywhere_sends_exactly_one_mail_for_each_card(everybody, folder, monkeypatch, at):
    """The job dies at that place the first time on each day, and is started again a little later."""
    from imin.ground import mail, outbox
    from imin.mail import record
    from imin.mail import send as sending

    place = {"put_many": outbox, "compose": sending, "send": mail.Post, "sent": record}[at]
    whole, died = getattr(place, at), []

    def deadly(*given, **named_too):
        answer = whole(*given, **named_too)
        if now.date() not in died:
            died.append(now.date())
            raise KilledError
        return answer

    monkeypatch.setattr(place, at, deadly)
    for now in days(date(2028, 1, 10), 36):
        try:
            work(now)
        except KilledError:
            work(now + outbox.LEASE + timedelta(seconds=1))
    assert len(died) == 2
    assert len(mails(folder)) == 2
    assert set(sent(folder)) == {"January 2028", "February 2028"}
    with as_owner():
        assert CardReminder.objects.count() == 2
