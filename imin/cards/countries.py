"""Countries for a billing address, by name in the reader's language."""

from functools import lru_cache
from unicodedata import combining, normalize

from babel import Locale
from django.utils import translation

_NOT_COUNTRIES = {"CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "UN", "XA", "XB", "ZZ"}  # parts, groups, tests


def countries() -> list[tuple[str, str]]:
    """Return code (ISO 3166-1) and name of every country, by name."""
    return _countries(str(_locale()))


def own_country() -> str:
    """Return the country that the language in force is spoken in, or nothing."""
    return _locale().territory or ""


def _locale() -> Locale:
    return Locale.parse(translation.to_locale(translation.get_language() or "en-gb"))


@lru_cache
def _countries(locale: str) -> list[tuple[str, str]]:
    named = Locale.parse(locale).territories.items()
    known = [(code, name) for code, name in named if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    return sorted(known, key=lambda country: _letters(country[1]))


def _letters(name: str) -> str:
    """Return what `name` is sorted by: its letters without accents, so that Åland stands beside Albania."""
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter)).casefold()
