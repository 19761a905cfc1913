"""A day in a sentence about the near future, short: “3 June”, with the year only when it is another one."""

from datetime import date, datetime

from babel.dates import format_date

from imin.ground import in_words


def near(day: date, now: datetime) -> str:
    """Return `day` as a sentence names it."""
    if day.year != now.year:
        return in_words.day(day)
    return format_date(day, "d MMMM", locale=in_words.locale())  # Welsh too has the day first where there is a year
