"""Card numbers as people and machines write them, and finding them again however they were stored."""

import html
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from hypothesis import strategies as st

from imin.ground import card_numbers

# first digits and length: Visa, Mastercard, American Express, Maestro, UnionPay, Diners, JCB, Discover
_BRANDS = [("4", 16), ("4", 13), ("4", 19), ("55", 16), ("2223", 16), ("37", 15), ("6759", 16), ("6759", 12)]
_BRANDS += [("62", 19), ("3056", 14), ("3566", 16), ("6011", 16)]


@st.composite
def card_number(draw: st.DrawFn) -> str:
    """Draw a number of one of the brands with its right check digit."""
    start, length = draw(st.sampled_from(_BRANDS))
    rest = draw(st.text("0123456789", min_size=length - len(start) - 1, max_size=length - len(start) - 1))
    return next(number for last in "0123456789" if card_numbers.luhn(number := start + rest + last))


def _grouped(gap: str, size: int = 4) -> Callable[[str], str]:
    return lambda number: gap.join(number[at : at + size] for at in range(0, len(number), size))


def _script(zero: str) -> Callable[[str], str]:
    return lambda number: "".join(chr(ord(zero) + int(digit)) for digit in number)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "spaced": _grouped(" "),
    "dashed": _grouped("-"),
    "plus": _grouped("+"),
    "one by one": _grouped(" ", 1),
    "no-break spaces": _grouped("\u00a0"),
    "tabs": _grouped("\t"),
    "long dashes": _grouped("–"),
    "full-width": _script("\uff10"),
    "Arabic-Indic": _script("\u0660"),
    "with expiry and code": lambda number: f"{_grouped(' ')(number)} 12/30 123",
    "behind a numeral": lambda number: f"2. {number}",
    "in a sentence": lambda number: f"my card: {number}, thanks",
}


@dataclass(frozen=True)
class Spelled:
    number: str
    text: str


def spelled_card_number() -> st.SearchStrategy[Spelled]:
    """Draw a number and one of its spellings."""
    return st.builds(
        lambda number, how: Spelled(number, SPELLINGS[how](number)), card_number(), st.sampled_from(sorted(SPELLINGS))
    )


def holds(text: str, number: str) -> bool:
    """Say whether `text` holds `number`, in any spelling, escaped in any way that a reader would see through."""
    readings = {text, html.unescape(text), unquote(text), text.encode("latin-1", "replace").decode("utf-8", "replace")}
    readings |= {re.sub(r"\\+u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), one) for one in readings}
    return any(number in _bare(reading) for reading in readings)


def _bare(text: str) -> str:
    ascii_digits = re.sub(r"[^\x00-\x7f]", lambda one: str(unicodedata.decimal(one[0], "")), text)
    return re.sub(r"\\+(?:[nrt]|x[0-9a-f]{2})|[^0-9A-Za-z]+", "", ascii_digits)


def escaped(text: str) -> str:
    """Return the JSON text of `text` with every character as an escape."""
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)) + '"'


assert json.loads(escaped("4２")) == "4２"
