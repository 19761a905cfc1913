"""The one file that knows every room: host → product, product → URLs."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from imin.brokers import languages
from imin.brokers.front_door import remembered, tenant_of
from imin.brokers.nobody import not_found
from imin.brokers.page import render
from imin.cards import failures
from imin.console.health import health
from imin.ground import hosts, outage
from imin.ground.client_address import network_of_sender
from imin.ground.database import as_owner
from imin.ground.errors import DatabaseAwayError, PerhapsSavedError
from imin.ground.outage import AWAY
from imin.ground.rates import TooManyRequestsError, take
from imin.identity import sessions

URLS_OF_BROKER_PRODUCT = {"cards": "imin.cards.urls"}
URLS_OF_PLATFORM_PRODUCT = {"book": "imin.mail.urls", "console": "imin.console.urls"}

Handler = Callable[[HttpRequest], HttpResponse]
urlpatterns: list[object] = []  # every host has its own URLs; see front_door
handler400 = "imin.cards.failures.bad_request"  # what fails before a host's own URLs are known
handler500 = "imin.cards.failures.broken"

WITHOUT_ORIGIN = (
    "/oidc/back-channel-logout",
    "/payments/events/",
    "/mail/bounces",
)  # called by servers, each with its own proof
FROM_ANY_SITE = {
    "/oidc/login",  # only begins a sign-in
    "/oidc/callback",  # the provider's form; its proof is the state together with a cookie
}


def rate_limit(get_response: Handler) -> Handler:
    """Middleware: refuse who asks too often, before anything is looked up for them."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            for what, whose, rate in _counted(request):
                take(what, whose, rate)
        except TooManyRequestsError as refusal:
            with suppress(hosts.BadHostError):
                request.tenant = remembered(hosts.normalise(request.META.get("HTTP_HOST", "")))  # type: ignore[attr-defined]
                languages.agree(request)
            return failures.told(request, refusal)
        return get_response(request)

    return answer


def _counted(request: HttpRequest) -> Iterator[tuple[str, str, tuple[float, int]]]:
    """Say as what a request counts, and for whom."""
    network = network_of_sender(request)
    if request.path.startswith(WITHOUT_ORIGIN):
        yield "server", network, settings.RATE_SERVER
        return
    yield "address", network, settings.RATE_ADDRESS
    yield "host", request.META.get("HTTP_HOST", "").lower().partition(":")[0].rstrip("."), settings.RATE_HOST
    yield "session", request.COOKIES.get(sessions.COOKIE, ""), settings.RATE_SESSION
    if request.method == "POST" and request.path == "/login/":
        yield "console sign-in", network, settings.RATE_CONSOLE_SIGN_IN


def front_door(get_response: Handler) -> Handler:
    """Middleware: find product and Broker by Host, exactly; an unknown host gets a 404 that names nobody."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.META["wsgi.url_scheme"] = settings.PUBLIC_SCHEME
        if request.path == "/healthz":
            return health(request)
        try:
            host = hosts.normalise(request.META.get("HTTP_HOST", ""))
        except hosts.BadHostError:
            return not_found(request)
        request.origin = hosts.origin(host)  # type: ignore[attr-defined]
        request.server_to_server = request.path.startswith(WITHOUT_ORIGIN)  # type: ignore[attr-defined]
        for product, urls in URLS_OF_PLATFORM_PRODUCT.items():
            if host == hosts.platform_host(product):
                return _platform(request, product, urls, get_response)
        try:
            tenant = tenant_of(host)
        except AWAY as failure:
            return outage.unavailable(request, failure)
        if tenant is None or tenant.product not in URLS_OF_BROKER_PRODUCT:
            return not_found(request)
        request.tenant = tenant  # type: ignore[attr-defined]
        languages.agree(request)
        request.from_any_site = request.path in FROM_ANY_SITE  # type: ignore[attr-defined]
        request.urlconf = URLS_OF_BROKER_PRODUCT[tenant.product]
        return get_response(request)

    return answer


def _platform(request: HttpRequest, product: str, urls: str, get_response: Handler) -> HttpResponse:
    request.tenant = None  # type: ignore[attr-defined]
    request.urlconf = urls
    languages.speak_english(request)
    if product == "console":
        with as_owner():
            return get_response(request)
    return get_response(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while PostgreSQL is away: in the Broker's looks when its host was asked for before."""
    perhaps = getattr(request, "may_have_saved", False)
    return failures.told(request, PerhapsSavedError() if perhaps else DatabaseAwayError())


def refused(request: HttpRequest, *, reason: str, status: int) -> HttpResponse:
    """Answer for what `ground.security` refuses."""
    return render(request, "refused.html", status=status, reason=reason)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form without a valid CSRF token; Django's `reason` goes to no page."""
    del reason
    return render(request, "refused.html", status=403, reason="csrf")
