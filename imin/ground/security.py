"""The guards at the door and the headers on the way out, for every product, in one place.

Card Details, section 7: content security policy with a nonce, no framing, same origin for unsafe methods,
no duplicate cookies, no card number in any field, header or query.
"""

import re
from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.handlers.wsgi import get_str_from_wsgi
from django.http import HttpRequest, HttpResponse, QueryDict, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.utils.module_loading import import_string

from imin.ground import card_numbers

Handler = Callable[[HttpRequest], HttpResponse]
MAX_HEADER_BYTES = 16 * 1024
CSP_REPORTS = "/csp-reports"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")


class RefusedRequestError(Exception):
    """The request is refused before any room sees it; `reason` is a code for the log and the page."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def _refuse(request: HttpRequest, refusal: RefusedRequestError) -> HttpResponse:
    view = import_string(settings.REFUSAL_VIEW)
    page: HttpResponse = view(request, reason=refusal.reason, status=refusal.status)
    return page


def headers(get_response: Handler) -> Handler:
    """Middleware: set every security header; `request.csp_nonce` is for our own <script> and <style>."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.csp_nonce = token_urlsafe(16)  # type: ignore[attr-defined]
        request.csp = {}  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        if settings.PUBLIC_SCHEME == "https":
            if tenant := getattr(request, "tenant", None):
                response.headers.setdefault("Reporting-Endpoints", f'csp="{tenant.origin}{CSP_REPORTS}"')
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return answer


def allow_in_policy(request: HttpRequest, **sources: list[str]) -> None:
    """Let the page that answers `request` load from `sources`: `script_src=[…], frame_src=[…], connect_src=[…]`."""
    request.csp.update(sources)  # type: ignore[attr-defined]


def _policy(request: HttpRequest) -> str:
    nonce = f"'nonce-{request.csp_nonce}'"  # type: ignore[attr-defined]
    more: dict[str, list[str]] = request.csp  # type: ignore[attr-defined]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", nonce, *more.get("script_src", [])],
        "style-src": ["'self'", nonce],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *more.get("connect_src", [])],
        "frame-src": more.get("frame_src") or ["'none'"],
        "form-action": ["'self'", *more.get("form_action", [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        **_reporting(request),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def _reporting(request: HttpRequest) -> dict[str, list[str]]:
    """Say where browsers report what they blocked on a Broker's page.

    Who knows `report-to` ignores `report-uri`, and takes endpoints over TLS only (Reporting API, 3.3).
    """
    if not getattr(request, "tenant", None):
        return {}
    return {"report-uri": [CSP_REPORTS], **({"report-to": ["csp"]} if settings.PUBLIC_SCHEME == "https" else {})}


def limits(get_response: Handler) -> Handler:
    """Middleware: refuse oversized requests, duplicate cookies, NUL, and anything that carries a card number."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            for check in (_size, _cookies_once, _text_only, _no_card_number):
                check(request)
        except RefusedRequestError as refusal:
            return _refuse(request, refusal)
        return get_response(request)

    return answer


def _size(request: HttpRequest) -> None:
    sent = sum(len(name) + len(str(value)) for name, value in request.META.items() if name.startswith("HTTP_"))
    if sent > MAX_HEADER_BYTES:
        raise RefusedRequestError("headers_too_large", 431)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.MAX_BODY_BYTES:
        raise RefusedRequestError("body_too_large", 413)


def _cookies_once(request: HttpRequest) -> None:
    names = [part.partition("=")[0].strip() for part in request.META.get("HTTP_COOKIE", "").split(";")]
    ours = [name for name in names if name.startswith("__Host-")]
    if len(ours) != len(set(ours)):
        raise RefusedRequestError("duplicate_cookie")


def _text_only(request: HttpRequest) -> None:
    """Refuse forms with NUL, which no person types and PostgreSQL cannot store."""
    if _is_persons_form(request) and any("\0" in text for text in _read(_form(request))):
        raise RefusedRequestError("not_text")


def _no_card_number(request: HttpRequest) -> None:
    if any(card_numbers.contains(text) for text in _texts(request)):
        raise RefusedRequestError("card_number")


def _texts(request: HttpRequest) -> Iterator[str]:
    """Yield all that a person sent, as it came and as it will be read.

    What servers send with their proof is left out: only identifiers are read of it, and the payment service's hold
    long numbers that must not be refused for their looks.
    """
    yield request.path
    yield request.META.get("QUERY_STRING", "")
    yield from _read(request.GET)
    for name in request.META:
        if name.startswith("HTTP_") and name != "HTTP_COOKIE":
            yield unquote(get_str_from_wsgi(request.META, name, ""))
    yield from (value for name, value in request.COOKIES.items() if name.startswith("__Host-"))  # others are ignored
    if not _is_persons_form(request):
        return
    yield from _read(_form(request))
    body = request.body.decode("utf-8", "replace")
    yield body
    if "\\" in body:  # JSON may spell a digit as \u0034
        yield _JSON_ESCAPE.sub(lambda escape: chr(int(escape[1] or "20", 16)), body)


def _is_persons_form(request: HttpRequest) -> bool:
    return request.method not in _SAFE and not getattr(request, "server_to_server", False)


def _form(request: HttpRequest) -> QueryDict:
    """Return the fields of the body, which stays readable as a whole."""
    try:
        return request.POST if request.body else QueryDict()
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, RawPostDataException):
        raise RefusedRequestError("body_too_large", 413) from None


def _read(fields: QueryDict) -> Iterator[str]:
    for name, values in fields.lists():
        yield name
        yield from values


def same_origin(get_response: Handler) -> Handler:
    """Middleware: an unsafe request must come from this very origin, by `Origin` and `Sec-Fetch-Site`.

    SameSite cookies do not help here: the Broker's other hosts are the same site. Routes that are called by
    servers, and those that take forms of other sites, are marked by the front door.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if _is_persons_form(request) and not getattr(request, "from_any_site", False):
            site = request.META.get("HTTP_SEC_FETCH_SITE", "same-origin")
            origin = request.META.get("HTTP_ORIGIN")
            if site not in {"same-origin", "none"} or origin not in {None, request.origin}:  # type: ignore[attr-defined]
                return _refuse(request, RefusedRequestError("foreign_origin", 403))
        return get_response(request)

    return answer
