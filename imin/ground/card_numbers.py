"""Recognise payment card numbers, so that they can be refused at the door and masked in every log.

ISO/IEC 7812: 12 to 19 digits, first digit 2 to 6 for payment cards, Luhn check digit. Digits of any script, which may
be grouped by blanks, dashes, dots or plus signs, with other groups before and behind (a list's numeral, an expiry
date). Runs inside longer words (identifiers, UUIDs) are not card numbers.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

MASK = "[card number removed]"
_LENGTHS = range(19, 11, -1)  # the longest first
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_GAP = r"[\s\-.+\u00ad\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]{1,2}"  # all that looks blank or like a dash
_RUN = re.compile(rf"(?<![\dA-Za-z_])\d+(?:{_GAP}\d+)*(?![\dA-Za-z_])")
_ENOUGH_DIGITS = re.compile(r"(?:\D*+\d){12}")  # almost no text has them, which spares it the rest
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def contains(text: str) -> bool:
    """Say whether `text` holds something that is a payment card number."""
    return next(_found(text), None) is not None


def mask(text: str) -> str:
    """Return `text` with every payment card number replaced by a fixed mark."""
    masked, kept = "", 0
    for start, end in _found(text):
        masked, kept = f"{masked}{text[kept:start]}{MASK}", end
    return masked + text[kept:]


def luhn(digits: str) -> bool:
    """Say whether the last digit of `digits` is its Luhn check digit (ISO/IEC 7812-1, annex B)."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each card number begins and ends."""
    if not _ENOUGH_DIGITS.match(text):
        return
    for run in _RUN.finditer(_UUID.sub(lambda uuid: "/" * len(uuid[0]), text)):
        for start, end in _in_run(run[0]):
            yield run.start() + start, run.start() + end


def _in_run(run: str) -> Iterator[tuple[int, int]]:
    """Yield the card numbers that consist of whole groups of `run`; in linear time, since strangers send the text."""
    places = [place for place, character in enumerate(run) if character.isdecimal()]
    if len(places) < _LENGTHS[-1]:
        return
    values = [int(run[place]) for place in places]
    edges = {0, len(places)} | {at for at in range(1, len(places)) if places[at] != places[at - 1] + 1}
    sums = [_sums(values, last=0), _sums(values, last=1)]
    start = 0
    while start < len(places):
        length = 0
        if start in edges and 2 <= values[start] <= 6:
            good = (n for n in _LENGTHS if start + n in edges and _adds_up(sums, start, start + n))
            length = next((n for n in good if _written_like_one(run[places[start] : places[start + n - 1] + 1])), 0)
        if length:
            yield places[start], places[start + length - 1] + 1
        start += length or 1


def _sums(values: list[int], *, last: int) -> list[int]:
    """Return the running Luhn sums of numbers whose last digit stands at an even (0) or odd (1) place."""
    return list(
        accumulate((value if at % 2 == last else _DOUBLED[value] for at, value in enumerate(values)), initial=0)
    )


def _adds_up(sums: list[list[int]], start: int, end: int) -> bool:
    mine = sums[(end - 1) % 2]
    return (mine[end] - mine[start]) % 10 == 0


def _written_like_one(number: str) -> bool:
    """Say no to network addresses, versions and analytics identifiers, which have dots too, but at other places."""
    if "." not in number:
        return True
    lengths = [len(group) for group in re.findall(r"\d+", number)]
    return min(lengths[:-1]) >= 4 and max(lengths) <= 6
