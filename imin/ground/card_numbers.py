"""Recognise payment card numbers, so that they can be refused at the door and masked in every log.

ISO/IEC 7812: 12 to 19 digits, first digit 2 to 6 for payment cards, Luhn check digit. Digits may be grouped by
spaces, hyphens or dots. Runs inside longer words (identifiers, UUIDs) are not card numbers.
"""

import re

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z_])[2-6](?:[ \-.+]{0,2}[0-9]){11,18}(?![0-9A-Za-z_])")
MASK = "[card number removed]"


def contains(text: str) -> bool:
    """Say whether `text` holds something that is a payment card number."""
    return any(_is_card_number(match.group()) for match in _CANDIDATE.finditer(_UUID.sub("", text)))


def mask(text: str) -> str:
    """Return `text` with every payment card number replaced by a fixed mark."""
    if not any(character.isdigit() for character in text):
        return text
    return _CANDIDATE.sub(lambda match: MASK if _is_card_number(match.group()) else match.group(), text)


def luhn(digits: str) -> bool:
    """Say whether the last digit of `digits` is its Luhn check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, character in enumerate(reversed(digits)):
        value = int(character) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_card_number(candidate: str) -> bool:
    return luhn("".join(character for character in candidate if character.isdigit()))
