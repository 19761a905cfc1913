"""Countries for a billing address, by name in the reader's language and in the order of its alphabet."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

from babel import Locale
from babel.core import get_global

from imin.brokers.front_door import Tenant
from imin.ground import in_words

_NOT_COUNTRIES = {"CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "UN", "XA", "XB", "ZZ"}  # parts, groups, tests
_ALPHABETS = {  # where accents or pairs of letters have a place of their own
    "cy": "a b c ch d dd e f ff g ng h i j k l ll m n o p ph q r rh s t th u v w x y z",
    "pl": "a ą b c ć d e ę f g h i j k l ł m n ń o ó p q r s ś t u v w x y z ź ż",
}
_ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")


def countries() -> list[tuple[str, str]]:
    """Return code (ISO 3166-1) and name of every country, by name."""
    return _countries(str(in_words.locale()))


def address_in_words(address: Mapping[str, Any]) -> str:
    """Return a billing address on one line, its country by name."""
    lines = {**address, "country": dict(countries()).get(address.get("country") or "", address.get("country"))}
    return ", ".join(str(lines[line]) for line in _ADDRESS if lines.get(line))


def own_country(tenant: Tenant) -> str:
    """Return the country where the Broker's default language is mostly spoken: a likely one for its Customers."""
    language, _dash, region = tenant.look.default_language.partition("-")
    return region.upper() or str(get_global("likely_subtags").get(language, "")).rpartition("_")[2]


@lru_cache
def _countries(locale: str) -> list[tuple[str, str]]:
    named = Locale.parse(locale).territories.items()
    known = [(code, name) for code, name in named if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    alphabet = _ALPHABETS.get(locale.partition("_")[0], "").split()
    return sorted(known, key=lambda country: _place(country[1], alphabet))


def _place(name: str, alphabet: list[str]) -> list[tuple[int, str]]:
    """Return what `name` is sorted by: its letters, without the accents that the language does not sort by."""
    if not alphabet:
        return [(0, _plain(name))]
    letters = re.findall("|".join([*sorted(alphabet, key=len, reverse=True), "."]), name.casefold())
    return [_letter(letter, alphabet) for letter in letters]


def _letter(letter: str, alphabet: list[str]) -> tuple[int, str]:
    known = letter if letter in alphabet else _plain(letter)
    return (alphabet.index(known) + 1, "") if known in alphabet else (0, known)


def _plain(text: str) -> str:
    return "".join(letter for letter in normalize("NFKD", text) if not combining(letter)).casefold()
