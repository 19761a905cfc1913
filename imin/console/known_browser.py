"""The cookie by which a browser is known again in which an operator has signed in before, with both factors.

It opens nothing. It only keeps what strangers do under the operator's name from making the operator wait.
"""

from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-console-known"
_SALT = "imin.console.known_browser"
_SECONDS = 90 * 24 * 3600


def known(request: HttpRequest, username: str) -> str:
    """Return the mark of this browser if `username` is known in it, else nothing."""
    try:
        mark, name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if name == username else ""


def remember(response: HttpResponse, username: str) -> None:
    """Let the browser be known again for 90 days."""
    response.set_cookie(
        COOKIE,
        signing.dumps([token_urlsafe(16), username], salt=_SALT),
        max_age=_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
