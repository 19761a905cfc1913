"""Which language a page speaks (Card Details, section 6).

Asked in this order:

1. the switch at the foot of each page (`?language=`), then the link that leads here (`?ui_locales=`, OpenID Connect
   Core 3.1.2.1), both remembered in a cookie;
2. that cookie; 3. the Customer's own language, once they are signed in; 4. the browser's `Accept-Language`;
5. the Broker's default.

Only languages that the Broker offers are ever chosen.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import takewhile

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from imin.brokers.front_door import Tenant

COOKIE = "__Host-language"
SWITCH, LINK = "language", "ui_locales"
_YEAR_SECONDS = 365 * 24 * 3600
_MOST_TAGS = 20
_RANGE = re.compile(r"\s*([A-Za-z0-9-]{1,35}|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
Handler = Callable[[HttpRequest], HttpResponse]


class Said(IntEnum):
    """Who said which language it is; a higher one is not overruled by a lower one."""

    NOBODY = 0
    BROWSER = 1
    CUSTOMER = 2
    COOKIE = 3
    LINK = 4
    SWITCH = 5


@dataclass(frozen=True)
class Choice:
    """A language of ours, and who said it."""

    language: str
    said: Said


def speaking(get_response: Handler) -> Handler:
    """Middleware: speak a language from the first refusal on; `agree` asks again once the Broker is known."""

    def answer(request: HttpRequest) -> HttpResponse:
        agree(request)
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", tag(choice_of(request).language))
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if choice_of(request).said >= Said.LINK:
            _remember(response, choice_of(request).language)
        return response

    return answer


def agree(request: HttpRequest) -> None:
    """Speak the language that the request asks for, of those that its Broker offers; English on our own hosts."""
    tenant: Tenant | None = getattr(request, "tenant", None)
    _speak(request, _choose(request, offered(tenant), _default(tenant)))


def agree_with(request: HttpRequest, wishes: str, said: Said) -> None:
    """Speak the first of `wishes` (language tags, a blank between them) that is offered, if nobody else has a say."""
    language = best(wishes.split(), offered(request.tenant))  # type: ignore[attr-defined]
    if language and said > choice_of(request).said:
        _speak(request, Choice(language, said))


def speak_english(request: HttpRequest) -> None:
    """Speak English, which operators and servers are spoken to in."""
    _speak(request, Choice(settings.LANGUAGE_CODE, Said.NOBODY))


def choice_of(request: HttpRequest) -> Choice:
    """Return the language that is spoken, and who said so."""
    choice: Choice = request.language_choice  # type: ignore[attr-defined]
    return choice


def offered(tenant: Tenant | None) -> list[str]:
    """Return the languages of a Broker, in our order; every language where there is none."""
    ours = [code for code, _name in settings.LANGUAGES]
    theirs = tenant.look.languages if tenant else ours
    return [code for code in ours if code in theirs] or [_default(tenant)]


def tag(language: str) -> str:
    """Return `language` as pages and headers write it (BCP 47): en-gb is en-GB."""
    head, _dash, region = language.partition("-")
    return f"{head}-{region.upper()}" if region else head


def direction(language: str) -> str:
    """Return which way `language` is written, as HTML says it."""
    return "rtl" if language.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def best(wishes: Iterable[str], among: list[str]) -> str:
    """Return the first wish that is `among` ours, by cutting off its end bit by bit (RFC 4647, 3.4), or nothing.

    A range without a region stands for any of ours: en for en-gb.
    """
    for wish in wishes:
        parts = wish.lower().split("-")
        for length in range(len(parts), 0, -1):
            found = _named("-".join(parts[:length]), among)
            if found:
                return found
    return ""


def _named(tag_asked: str, among: list[str]) -> str:
    if tag_asked in among:
        return tag_asked
    return next((language for language in among if language.partition("-")[0] == tag_asked), "")


def _choose(request: HttpRequest, among: list[str], default: str) -> Choice:
    asked = {
        Said.SWITCH: request.GET.get(SWITCH, "").split()[:_MOST_TAGS],
        Said.LINK: request.GET.get(LINK, "").split()[:_MOST_TAGS],
        Said.COOKIE: [request.COOKIES.get(COOKIE, "")],
        Said.BROWSER: _accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", "")),
    }
    for said, wishes in asked.items():
        if language := best(wishes, among):
            return Choice(language, said)
    return Choice(default, Said.NOBODY)


@lru_cache(maxsize=256)
def _accepted(header: str) -> tuple[str, ...]:
    """Return the ranges of `Accept-Language`, the dearest first; `*` is the default, and what has q=0 is not wanted."""
    ranges = [found for part in header.split(",")[:_MOST_TAGS] if (found := _RANGE.fullmatch(part))]
    wanted = sorted(((float(one[2] or 1), one[1]) for one in ranges), key=lambda one: -one[0])
    dearer = takewhile(lambda one: one[1] != "*", wanted)
    return tuple(wish for quality, wish in dearer if quality)


def _default(tenant: Tenant | None) -> str:
    return tenant.look.default_language if tenant else settings.LANGUAGE_CODE


def _speak(request: HttpRequest, choice: Choice) -> None:
    request.language_choice = choice  # type: ignore[attr-defined]
    request.LANGUAGE_CODE = choice.language
    translation.activate(choice.language)


def _remember(response: HttpResponse, language: str) -> None:
    response.set_cookie(COOKIE, language, max_age=_YEAR_SECONDS, secure=True, httponly=True, samesite="Lax")
