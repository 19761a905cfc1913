"""A browser's window onto the platform within this very process: no server, every page in milliseconds.

What the browser asks for, Django's test client answers, with the signed-in person's session; nothing else is reached.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import connections
from django.http import HttpResponse
from playwright.sync_api import Browser, Page, Request, Route

from imin.brokers.languages import COOKIE
from tests.cards.person import Person

_HEADERS = ("accept-language", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site", "origin", "referer")


@contextmanager
def window(
    chromium: Browser, person: Person, *, language: str = "en-gb", width: int = 320, **media: str
) -> Iterator[Page]:
    """Open a window of `width` pixels whose pages speak `language`; `media` as Playwright names it."""
    person.client.cookies[COOKIE] = language
    person.client.raise_request_exception = False  # a fault is a page, too
    context = chromium.new_context(viewport={"width": width, "height": 800}, **media)
    context.set_default_timeout(15_000)
    with ThreadPoolExecutor(1) as beside:  # Playwright's loop runs in this thread, and Django has connections by loop
        context.route("**/*", lambda route: _answer(route, person, beside))
        yield context.new_page()
        context.close()
        beside.submit(connections.close_all).result()


def at(person: Person, path: str) -> str:
    """Return the address of `path` as the browser knows it."""
    return f"{person.tenant.origin}{path}"


def _answer(route: Route, person: Person, beside: Executor) -> None:
    request = route.request
    parts = urlsplit(request.url)
    if parts.hostname != person.tenant.host:
        route.abort()
    elif parts.path.startswith("/static/"):
        route.fulfill(path=str(finders.find(parts.path.removeprefix("/static/"))))
    else:
        answer = beside.submit(_from_platform, request, person).result()
        headers = {name: value for name, value in answer.items() if name.lower() != "content-length"}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.content)


def _from_platform(request: Request, person: Person) -> HttpResponse:
    parts = urlsplit(request.url)
    given = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items() if name in _HEADERS
    }
    return person.client.generic(
        request.method,
        f"{parts.path}?{parts.query}",
        request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", "application/octet-stream"),
        **given,
    )
