"""A Broker's own sentences on the pages: plain text per language, nothing that a page could mistake for markup."""

import re
from dataclasses import dataclass
from typing import Any

from imin.ground import card_numbers

PLACES = ("intro", "help", "charge")
MOST_CHARACTERS = 300
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_MARKUP = re.compile(r"[<>]|&[#a-zA-Z][0-9a-zA-Z]*;")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Text:
    """A Broker's sentence, and the language that it is in."""

    words: str
    language: str


def in_language(said: dict[str, dict[str, str]], language: str) -> dict[str, Text]:
    """Return for each place the Broker's text in `language`, else in English; a place without either is not there."""
    found: dict[str, Text] = {}
    for code in ("en", language.partition("-")[0], language):  # the dearest last
        found |= {place: Text(text, code) for place, text in said.get(code, {}).items() if text}
    return found


def problems(texts: Any) -> list[str]:
    """Return what is wrong with `texts`, each in one sentence; nothing when they may be shown."""
    if not isinstance(texts, dict):
        return ['Texts are an object of languages, for example {"en": {"intro": "…"}}.']
    return [problem for language, said in texts.items() for problem in _of_language(language, said)]


def _of_language(language: str, said: Any) -> list[str]:
    if not _LANGUAGE.fullmatch(language):
        return [f"“{language}” is not a language code in lower case, such as en or en-gb."]
    if not isinstance(said, dict):
        return [f"{language}: write an object with “intro”, “help” and “charge”."]
    return [f"{language}, {place}: {problem}" for place, text in said.items() if (problem := _of_text(place, text))]


def _of_text(place: str, text: Any) -> str:
    if place not in PLACES:
        return "there is no such place on a page; “intro”, “help” and “charge” are known."
    if not isinstance(text, str):
        return "a text in quotation marks is needed."
    if len(text) > MOST_CHARACTERS:
        return f"{len(text)} characters; at most {MOST_CHARACTERS} fit."
    if _MARKUP.search(text) or _CONTROL.search(text):
        return "plain text only, without < and >, entities or control characters."
    return "that looks like a card number." if card_numbers.contains(text) else ""
