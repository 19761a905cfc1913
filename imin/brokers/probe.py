"""Proving over the world's network that a host leads to this platform: a question that only we can answer."""

from secrets import choice
from string import ascii_lowercase

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_GET

from imin.ground import hosts, http

PATH = "/.well-known/imin"
_LENGTH = 32


@require_GET
def answer(request: HttpRequest) -> HttpResponse:
    """Answer the challenge for the host that was found by the front door, or 400."""
    challenge = request.GET.get("challenge", "")
    if len(challenge) != _LENGTH or not challenge.isascii() or not challenge.islower():
        return HttpResponseBadRequest("challenge is missing.", content_type="text/plain")
    said = _answer(request.tenant.host, challenge, settings.SECRET_KEY)  # type: ignore[attr-defined]
    return HttpResponse(said, content_type="text/plain", headers={"Cache-Control": "no-store"})


def leads_here(host: str) -> tuple[bool, http.Answer]:
    """Ask `host` over the network, as a Customer would; say whether it is this platform that answers, and how.

    Raises what `http.request` raises.
    """
    challenge = "".join(choice(ascii_lowercase) for _ in range(_LENGTH))  # no digits: no number that looks like a card
    said = http.request("GET", f"{hosts.origin(host)}{PATH}?challenge={challenge}")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    body = said.body.decode(errors="replace")
    return any(constant_time_compare(body, _answer(host, challenge, key)) for key in keys), said


def _answer(host: str, challenge: str, key: str) -> str:
    return salted_hmac("imin.brokers.probe", f"{host} {challenge}", secret=key, algorithm="sha256").hexdigest()
