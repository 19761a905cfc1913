"""Beginning a sign-in: the authorization request and what we remember of it (Card Details, section 2)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from secrets import token_urlsafe
from typing import Literal
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from imin.brokers import languages
from imin.brokers.acting import at_once
from imin.brokers.front_door import Tenant
from imin.brokers.models import OpenIdSettings
from imin.ground import clock
from imin.identity import paths, sessions
from imin.identity.discovery import provider_of, reading_settings, settings_in
from imin.identity.errors import FailedSignInError, NotNavigatedError
from imin.identity.explain import explain
from imin.identity.models import Session
from imin.identity.pushed import push
from imin.identity.rules import follow, rule
from imin.identity.too_often import refuse_too_often

COOKIE = "__Host-signin"
FORM_COOKIE = "__Host-signin-form"  # where the provider answers by a form, which other cookies do not go along with
LIFETIME = timedelta(minutes=10)
JUST_SIGNED_IN = timedelta(seconds=30)
_KEY_LENGTH = 43  # of token_urlsafe(32)
_REMEMBER = """
    INSERT INTO identity_signin
        (key_hash, broker_id, nonce, verifier, return_path, silent, replaces, login_hint,
         max_age, acr_values, created_at)
    SELECT CASE response_mode WHEN 'form_post' THEN %s ELSE %s END, broker_id, %s, %s, %s, %s, %s, %s,
        CASE WHEN %s THEN step_up_max_age END, CASE WHEN %s THEN step_up_acr_values ELSE '' END, %s
    FROM brokers_openidsettings WHERE broker_id = %s
"""
_FORGET = "DELETE FROM identity_signin WHERE key_hash = ANY(%s) AND broker_id = %s"


@dataclass(frozen=True)
class Wish:
    """What a sign-in is to be.

    `silent` lets the provider ask the person nothing (`prompt=none`), `login_hint` tells it whom to expect. After the
    sign-in the person is sent to `return_path`. `step_up` asks for one as late and as strong as the Broker's settings
    say (`max_age`, `acr_values`). `replaces` is the hash of the session that the browser has. The provider is
    told `languages` (`ui_locales`).
    """

    return_path: str
    silent: bool = True
    login_hint: str = field(default="", repr=False)
    step_up: bool = False
    replaces: str = field(default="", repr=False)
    languages: str = ""


@dataclass(frozen=True)
class Attempt:
    """What only we and the provider know of one sign-in: told to it, or proved to it later."""

    state: str = field(default_factory=partial(token_urlsafe, 32), repr=False)
    nonce: str = field(default_factory=partial(token_urlsafe, 32), repr=False)
    verifier: str = field(default_factory=partial(token_urlsafe, 32), repr=False)


@rule("Fetch Metadata Request Headers, 2")
def navigation(request: HttpRequest) -> None:
    """Refuse frames, scripts and prefetches; browsers too old to say what they do are let through."""
    mode = request.META.get("HTTP_SEC_FETCH_MODE", "navigate")
    destination = request.META.get("HTTP_SEC_FETCH_DEST", "document")
    if mode != "navigate" or destination != "document" or "prefetch" in request.META.get("HTTP_SEC_PURPOSE", ""):
        raise NotNavigatedError(f"Sec-Fetch-Mode is {mode!r}, Sec-Fetch-Dest is {destination!r}.")


START_CHECKS = (navigation,)


def begin(
    request: HttpRequest, *, return_path: str, silent: bool = True, login_hint: str = "", step_up: bool = False
) -> HttpResponse:
    """Answer with the redirect to the Broker's provider, or with a page that says why there is none.

    See `Wish`; `return_path` is a page of this host. Only a page that a person opened may begin a sign-in, never a
    frame or script.
    """
    return_path = paths.local(return_path, home="/")
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    session = request.COOKIES.get(sessions.COOKIE, "")
    replaces = sessions.hash_of(session) if session else ""
    wish = Wish(return_path, silent, login_hint, step_up, replaces, _languages(request))
    try:
        follow(START_CHECKS, request)
        refuse_too_often(request, tenant)
        browsers = {cookie: _browser(request, cookie) for cookie in (COOKIE, FORM_COOKIE)}
        url, settings = _begun(tenant, browsers, wish, clock.now())
    except FailedSignInError as failure:
        return explain(request, failure, return_path=return_path, login_hint=login_hint)
    response = HttpResponseRedirect(url, headers={"Cache-Control": "no-store"})
    by_form = settings.response_mode == OpenIdSettings.ResponseMode.FORM_POST
    cookie = FORM_COOKIE if by_form else COOKIE
    same_site: Literal["None", "Lax"] = "None" if by_form else "Lax"
    response.set_cookie(cookie, browsers[cookie], max_age=LIFETIME, secure=True, httponly=True, samesite=same_site)
    return response


def _browser(request: HttpRequest, cookie: str) -> str:
    """Return what names the browser in `cookie`; a new name when it has none that we gave."""
    given = request.COOKIES.get(cookie, "")
    return given if len(given) == _KEY_LENGTH else token_urlsafe(32)


def authorization_url(*, tenant: Tenant, settings: OpenIdSettings, browser: str, wish: Wish, now: datetime) -> str:
    """Store a sign-in for `browser` (its cookie's value) and return the authorization request's URL.

    Raises what `discovery` and `push` raise.
    """
    return _begun(tenant, {COOKIE: browser, FORM_COOKIE: browser}, wish, now, settings)[0]


def _begun(
    tenant: Tenant, browsers: dict[str, str], wish: Wish, now: datetime, settings: OpenIdSettings | None = None
) -> tuple[str, OpenIdSettings]:
    """Store a sign-in for the browser's name in the cookie of the Broker's response mode; return the request's URL.

    Storing it and reading the settings are one crossing. What leads nobody to the provider leaves nothing behind.
    """
    attempt = Attempt()
    names = [key_hash(browsers[cookie], attempt.state) for cookie in (FORM_COOKIE, COOKIE)]
    asked = [wish.return_path, wish.silent, wish.replaces, wish.login_hint]
    values = [*names, attempt.nonce, attempt.verifier, *asked, wish.step_up, wish.step_up, now, tenant.broker_id]
    _stored, rows = at_once(tenant.broker_id, (_REMEMBER, values), reading_settings(tenant.broker_id))
    settings = settings or settings_in(rows)
    try:
        return _request(tenant, settings, attempt, wish, now), settings
    except FailedSignInError:
        at_once(tenant.broker_id, (_FORGET, [names, tenant.broker_id]))
        raise


def _request(tenant: Tenant, settings: OpenIdSettings, attempt: Attempt, wish: Wish, now: datetime) -> str:
    """Return the authorization request's URL.

    OpenID Connect Core 3.1.2.1, PKCE (RFC 7636) with S256; pushed where the provider offers that (RFC 9126).
    """
    provider = provider_of(settings.issuer, now=now)
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": paths.redirect_uri(tenant),
        "scope": _with_openid(settings.scope),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge(attempt.verifier),
        "code_challenge_method": "S256",
        **_only_where_wished(settings, wish),
    }
    if provider.pushed_authorization_request_endpoint:
        endpoint = provider.pushed_authorization_request_endpoint
        asked = push(endpoint=endpoint, settings=settings, asked=asked, now=now)
    return with_query(provider.authorization_endpoint, asked)


def _languages(request: HttpRequest) -> str:
    """Return the language that the person chose; what their browser asks for, it tells the provider itself."""
    choice = languages.choice_of(request)
    return languages.tag(choice.language) if choice.said > languages.Said.BROWSER else ""


def _only_where_wished(settings: OpenIdSettings, wish: Wish) -> dict[str, str]:
    mode = "" if settings.response_mode == OpenIdSettings.ResponseMode.QUERY else settings.response_mode
    values = {"response_mode": mode, "prompt": "none" if wish.silent else "", "login_hint": wish.login_hint}
    values["ui_locales"] = wish.languages
    if wish.step_up:
        max_age = settings.step_up_max_age
        values |= {"max_age": "" if max_age is None else str(max_age), "acr_values": settings.step_up_acr_values}
    return {name: value for name, value in values.items() if value}


def must_ask_again(request: HttpRequest, session: Session, *, now: datetime) -> bool:
    """Say whether the person of a live session has to be asked for again, silently.

    Someone else may have signed in at the Broker since. Whoever arrives from another host (the Broker's own
    pages are one) is therefore checked with the provider, unless they just were.
    """
    elsewhere = request.META.get("HTTP_SEC_FETCH_SITE") in {"same-site", "cross-site"}
    opened = request.method == "GET" and request.META.get("HTTP_SEC_FETCH_MODE") == "navigate"
    return elsewhere and opened and now - session.created_at >= JUST_SIGNED_IN


def key_hash(browser: str, state: str) -> str:
    """Return what names a sign-in: the browser's cookie and the request's state together.

    So two tabs of one browser have a sign-in each, and neither the cookie nor the state alone finds any.
    """
    return sha256(f"{browser}.{state}".encode()).hexdigest()


def challenge(verifier: str) -> str:
    """Return the S256 code challenge of `verifier` (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def with_query(endpoint: str, values: dict[str, str]) -> str:
    """Return `endpoint` with `values`, keeping a query that it has (RFC 6749 3.1)."""
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(values)}"


def _with_openid(scope: str) -> str:
    return " ".join(dict.fromkeys(["openid", *scope.split()]))
