"""Every route × method of the URL configurations, with whom it is for and the request that is good there.

A new route is covered by itself. On a Broker's host it is presumed to be for a signed-in Customer, and about their own
thing when its address holds an id; a page then answers 200, and a form of its token and a version 303. Whatever is
different, every open route above all, is one line in `declared.py`; what is neither stands in `UNKNOWN`, which fails.
"""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import RequestFactory, override_settings
from django.urls import URLPattern, URLResolver

from imin.site import URLS_OF_BROKER_PRODUCT, URLS_OF_PLATFORM_PRODUCT
from tests.security.call import Call, form, page
from tests.security.declared import DECLARED, THINGS, Declared, Good, Kind
from tests.security.world import Person, World

READING = ("GET", "HEAD")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OF_ITS_OWN = "console"  # walked in console.py
_PLAIN = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@dataclass(frozen=True)
class Route:
    """One method of one address, as the documentation writes it."""

    product: str
    address: str
    method: str
    kind: Kind
    good: Good
    status: int
    anybody: int
    open_to: tuple[str, ...]
    answers: dict[str, str]
    changes: bool
    anybody_changes: tuple[str, ...]
    others: tuple[str, ...]  # methods that its address does not take

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def walk(urls: str) -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of a URL configuration, and its pattern."""
    yield from _walk("/", importlib.import_module(urls).urlpatterns)


def _walk(before: str, patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = before + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(here, pattern.url_patterns)
        else:
            yield here, pattern


def taken(pattern: URLPattern) -> tuple[str, ...]:
    """Return the methods that a view takes, as it says when it is asked with one that nobody takes; () for any."""
    request: Any = RequestFactory().generic("BREW", "/")
    request.tenant, request.csp_nonce, request.request_id, request.csp = None, "", "", {}
    ids = dict.fromkeys(pattern.pattern.converters, UUID(int=0))
    with override_settings(STORAGES=_PLAIN):  # the answer may be a page, which names its style sheet
        answer = pattern.callback(request, **ids, **pattern.default_args)
    return tuple(answer["Allow"].split(", ")) if answer.status_code == 405 else ()


def _routes() -> Iterator[Route | str]:
    """Yield every route, or what must be said of one."""
    for product, urls in {**URLS_OF_BROKER_PRODUCT, **URLS_OF_PLATFORM_PRODUCT}.items():
        declared = dict(DECLARED.get(product, {}))
        for address, pattern in walk(urls) if product != OF_ITS_OWN else ():
            methods = taken(pattern)
            for method in methods or READING[:1]:
                others = tuple(one for one in METHODS if methods and one not in methods)
                yield presume(product, address, method, declared.pop(f"{method} {address}", None), others)
        yield from (f"{route} is declared for {product} and is not there." for route in declared)


def presume(
    product: str, address: str, method: str, said: Declared | None, others: tuple[str, ...] = ()
) -> Route | str:
    """Return a route with all that is presumed of it and was not declared, or what must be declared."""
    if said is None and (product not in URLS_OF_BROKER_PRODUCT or method not in (*READING, "POST")):
        return f"{method} {address} of {product}: nothing can be presumed; declare it in declared.py."
    said = said or Declared()
    things = {**THINGS, **said.things}
    ids = re.findall(r"<(\w+)>", address)
    if not said.good and (unknown := [one for one in ids if one not in things]):
        return f"{method} {address}: say in THINGS of declared.py which thing of a Person is {', '.join(unknown)}."
    status = said.status or (200 if method in READING else 303)
    return Route(
        product=product,
        address=address,
        method=method,
        kind=said.kind or (Kind.OWN if ids else Kind.CUSTOMER),
        good=said.good or _presumed(method, address, things),
        status=status,
        anybody=(said.anybody or status) if said.kind is Kind.OPEN else 0,
        open_to=said.open_to,
        answers=said.answers,
        changes=said.changes_by_reading or (method not in READING and not said.changes_nothing),
        anybody_changes=said.anybody_changes,
        others=others,
    )


def _presumed(method: str, address: str, things: dict[str, str]) -> Good:
    def good(world: World, person: Person) -> Call:
        path = re.sub(r"<(\w+)>", lambda name: str(getattr(person, things[name[1]])), address)
        if method == "POST":
            return form(world.mine.host, path, world.mine.live, version="1")
        return page(world.mine.host, path, world.mine.live).but(method=method)

    return good


_found = list(_routes())
ROUTES = [route for route in _found if isinstance(route, Route)]
UNKNOWN = [words for words in _found if isinstance(words, str)]
