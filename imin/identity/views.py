"""The addresses under `/oidc/`."""

from hmac import compare_digest
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imin.brokers import client_keys
from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.brokers.page import render
from imin.ground import clock, csrf
from imin.ground.log import logger
from imin.identity import back_channel, logout, paths, sessions, third_party
from imin.identity.callback import CHECKS, Return
from imin.identity.claims import Recognise
from imin.identity.errors import FailedSignInError, NotAdmittedError, NotSignedInError, StepUpFailedError
from imin.identity.explain import explain, note
from imin.identity.rules import follow
from imin.identity.start import COOKIE, FORM_COOKIE, begin

_SHORTLY = {"Cache-Control": "public, max-age=3600"}  # far less than a new key is published before it signs
_NOT_STORED = {"Cache-Control": "no-store"}


@require_GET
def start(request: HttpRequest, *, home: str) -> HttpResponse:
    """Begin a sign-in: silent, or with `?again=1` one in which the provider may ask the person (`login_hint`)."""
    return_path = paths.local(request.GET.get("return", ""), home=home)
    hint = request.GET.get("login_hint", "")
    hint = hint if third_party.can_be_handed_on(hint) else ""
    return begin(request, return_path=return_path, silent="again" not in request.GET, login_hint=hint)


@csrf_exempt  # it changes nothing, and may well come from the Broker's site
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest, *, home: str) -> HttpResponse:
    """Begin the sign-in that a link or form elsewhere asks for, if it keeps to every rule of `LOGIN_CHECKS`."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    wanted = third_party.Wanted(tenant, given, home)
    try:
        follow(third_party.LOGIN_CHECKS, wanted)
    except FailedSignInError as failure:
        return explain(request, failure, return_path=home)
    if request.method == "POST":  # another site's form comes without our cookies; what it leads on to has them
        again = {name: given[name] for name in ("iss", "target_link_uri", "login_hint", "ui_locales") if name in given}
        return HttpResponseRedirect(f"{paths.LOGIN}?{urlencode(again)}", status=303, headers=_NOT_STORED)
    return begin(request, return_path=wanted.return_path, login_hint=wanted.login_hint)


@csrf_exempt  # its proof is the state, which only the browser that began knows together with its cookie
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, *, recognise: Recognise, home: str) -> HttpResponse:
    """Finish a sign-in: every rule of `callback.CHECKS`, then a new session in place of any that was there.

    The answer comes in the query, or in a form of the provider's (OAuth 2.0 Form Post Response Mode).
    """
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    now = clock.now()
    answer, cookie = (request.POST, FORM_COOKIE) if request.method == "POST" else (request.GET, COOKIE)
    back = Return(tenant, answer, request.COOKIES.get(cookie, ""), now)
    try:
        follow(CHECKS, back)
        key, customer_id = _session(request, back, recognise)
    except FailedSignInError as failure:
        return _stopped(request, failure, back, home)
    csrf.rotate(request)
    logger(__name__).info("signed_in", broker=tenant.slug, customer=str(customer_id), silent=back.begun.silent)
    status = 303 if request.method == "POST" else 302
    response = HttpResponseRedirect(back.begun.return_path, status=status, headers=_NOT_STORED)
    sessions.set_cookie(response, key)
    return response


def _session(request: HttpRequest, back: Return, recognise: Recognise) -> tuple[str, UUID]:
    """Begin the session of whom the provider vouches for; return its key and whose it is."""
    tenant, claims, now, id_token = back.tenant, back.claims, back.now, back.tokens.id_token
    hint = back.begun.login_hint
    known, former = recognise.unchanged(tenant, claims), _former(request, back)
    again = sessions.start_again(
        tenant=tenant, known=known, claims=claims, id_token=id_token, now=now, former=former, login_hint=hint
    )
    if again:
        return again
    customer_id = recognise.anybody(tenant, claims, now)
    key = sessions.start(
        tenant=tenant,
        customer_id=customer_id,
        subject=claims.subject,
        provider_session=claims.provider_session,
        id_token=id_token,
        auth_time=claims.auth_time,
        acr=claims.acr,
        login_hint=hint,
        now=now,
        former=former,
    )
    return key, customer_id


def _stopped(request: HttpRequest, failure: FailedSignInError, back: Return, home: str) -> HttpResponse:
    onward = back.sign_in and not isinstance(failure, StepUpFailedError)  # its page would only ask again
    return_path = back.begun.return_path if onward else home
    hint = back.begun.login_hint if back.sign_in else ""
    response = explain(request, failure, return_path=return_path, login_hint=hint)
    if isinstance(failure, NotSignedInError | NotAdmittedError):  # whoever it was, it is not they any more
        sessions.end_former(broker_id=back.tenant.broker_id, former=_former(request, back), now=back.now)
        sessions.clear_cookie(response)
    return response


def _former(request: HttpRequest, back: Return) -> list[str]:
    """Return the hashes of the sessions that this sign-in takes the place of.

    The cookie does not come along with a form of the provider's site; what it held is known from the beginning.
    """
    key = request.COOKIES.get(sessions.COOKIE, "")
    return [given for given in (key and sessions.hash_of(key), back.begun.replaces) if given]


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, then lead the person to the provider's own sign-out when there is one."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    now = clock.now()
    with acting(tenant.broker_id):
        session = sessions.close(broker_id=tenant.broker_id, key=request.COOKIES.get(sessions.COOKIE, ""), now=now)
    try:
        there = session and logout.leaving(tenant=tenant, id_token_encrypted=session.id_token_encrypted, now=now)
    except FailedSignInError as failure:
        note(tenant, failure)
        response = render(request, "signed_out.html", outcome="only_here")
    else:
        response = _leave(request, there) if there else HttpResponseRedirect(paths.SIGNED_OUT, headers=_NOT_STORED)
    sessions.clear_cookie(response)
    return response


def _leave(request: HttpRequest, there: logout.Leaving) -> HttpResponse:
    response = render(request, "signing_out.html", link=there.link)
    response["Refresh"] = f"0; url={there.url}"
    response.set_cookie(
        logout.STATE_COOKIE,
        there.state,
        max_age=logout.STATE_LIFETIME,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the person is signed out; at the provider too only when it returns the state that was sent."""
    sent, returned = request.COOKIES.get(logout.STATE_COOKIE, ""), request.GET.get("state", "")
    if not sent and not returned:
        return render(request, "signed_out.html", outcome="here")
    genuine = compare_digest(sent.encode(), returned.encode())  # RP-Initiated Logout 1.0, 3 (state)
    response = render(
        request, "signed_out.html", status=200 if genuine else 400, outcome="both" if genuine else "unsure"
    )
    response.set_cookie(logout.STATE_COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax")
    return response


@csrf_exempt
@require_POST
def back_channel_logout(request: HttpRequest) -> HttpResponse:
    """Answer the provider's server: 200, or 400 with the reason (Back-Channel Logout 1.0, 2.8)."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    try:
        ended = back_channel.log_out(tenant=tenant, logout_token=request.POST.get("logout_token", ""), now=clock.now())
    except FailedSignInError as failure:
        note(tenant, failure)
        said = {"error": "invalid_request", "error_description": str(failure)}
        return JsonResponse(said, status=400, headers=_NOT_STORED)
    logger(__name__).info("signed_out_by_provider", broker=tenant.slug, sessions=ended)
    return HttpResponse(status=200, headers=_NOT_STORED)


@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    """Publish the public keys that our client at the Broker's provider signs with (RFC 7517, 5)."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    with acting(tenant.broker_id):
        keys = client_keys.published(tenant.broker_id, now=clock.now())
    return JsonResponse({"keys": [key.public_key for key in keys]}, headers=_SHORTLY)
