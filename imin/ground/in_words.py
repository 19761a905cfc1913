"""Dates as people write them, in the language in force, by the Unicode Common Locale Data Repository.

Digits are 0 to 9 in every language, as on the cards themselves (docs/decisions/languages.md).
"""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, dates
from django.conf import settings
from django.utils import translation


def locale() -> Locale:
    """Return the locale of the language in force."""
    return _locale(translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(translation.to_locale(language))


def day(when: date | datetime) -> str:
    """Return for example “3 June 2030”; a moment's day is that of its own time zone."""
    return dates.format_date(when, "long", locale=locale())


def moment(when: datetime) -> str:
    """Return for example “3 June 2030 at 14:05”, in the moment's own time zone."""
    ours = locale()
    parts = {"{1}": ours.date_formats["long"].pattern, "{0}": ours.datetime_skeletons["Hm"].pattern}
    pattern = str(ours.datetime_formats["long"])
    for place, part in parts.items():
        pattern = pattern.replace(place, part)
    return dates.format_datetime(when, pattern, tzinfo=when.tzinfo, locale=ours)


def month(number: int, *, alone: bool = False) -> str:
    """Return the name of a month, “June”, as it stands in a sentence, or `alone`: Polish says czerwca or czerwiec."""
    return str(locale().months["stand-alone" if alone else "format"]["wide"][number])
