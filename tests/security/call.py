"""One request, written out to the last header, so that an attack is a change of it."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

SESSION, CSRF, SIGN_IN, FORM_SIGN_IN = "__Host-session", "__Host-csrf", "__Host-signin", "__Host-signin-form"
TOKEN = "a" * 16 + "Z" * 16  # the form token that the browser was given: cookie and field hold the same

CLICK = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}
SCRIPT = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_SEC_FETCH_MODE": "cors", "HTTP_SEC_FETCH_DEST": "empty"}

# one for all: putting the middleware together takes longer than an answer
_PLATFORM = ClientHandler(enforce_csrf_checks=True)


@dataclass(frozen=True)
class Call:
    method: str
    host: str
    path: str
    cookies: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/octet-stream"

    def but(self, **changes: Any) -> "Call":
        return replace(self, **changes)

    def saying(self, **headers: str) -> "Call":
        """Return it with other headers (`HTTP_…`)."""
        return replace(self, headers={**self.headers, **headers})

    def holding(self, name: str, value: str) -> "Call":
        """Return it with another value of a cookie; without the cookie when the value is empty."""
        others = tuple(pair for pair in self.cookies if pair[0] != name)
        return replace(self, cookies=(*others, (name, value)) if value else others)

    def at(self, host: str) -> "Call":
        """Return it as a careful attacker sends it to another host: all that names the host fits."""
        moved = replace(self, host=host)
        return moved.saying(HTTP_ORIGIN=f"http://{host}") if "HTTP_ORIGIN" in self.headers else moved

    def send(self) -> HttpResponse:
        jar = {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies)} if self.cookies else {}
        browser = Client()  # a new one, so that no cookie is kept
        browser.handler = _PLATFORM
        return browser.generic(
            self.method,
            self.path,
            self.body,
            content_type=self.content_type,
            HTTP_HOST=self.host,
            **self.headers,
            **jar,
        )


def page(host: str, path: str, cookies: dict[str, str]) -> Call:
    """Return what a browser sends when a link is followed."""
    return Call("GET", host, path, tuple(cookies.items()), CLICK)


def form(host: str, path: str, cookies: dict[str, str], **fields: str) -> Call:
    """Return what a browser sends when a form of ours is submitted."""
    return Call(
        "POST",
        host,
        path,
        (*cookies.items(), (CSRF, TOKEN)),
        {**CLICK, "HTTP_ORIGIN": f"http://{host}"},
        urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode(),
        "application/x-www-form-urlencoded",
    )


def script(host: str, path: str, cookies: dict[str, str], body: bytes) -> Call:
    """Return what a script of ours sends."""
    headers = {**SCRIPT, "HTTP_ORIGIN": f"http://{host}", "HTTP_X_CSRFTOKEN": TOKEN}
    return Call("POST", host, path, (*cookies.items(), (CSRF, TOKEN)), headers, body, "application/json")


def server(host: str, path: str, body: bytes, content_type: str, **headers: str) -> Call:
    """Return what another server sends."""
    return Call("POST", host, path, (), headers, body, content_type)
