"""Handing the authorization request to the provider's server before the browser goes there (PAR, RFC 9126)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imin.brokers.models import OpenIdSettings
from imin.identity.client_authentication import ask_as_client
from imin.identity.errors import ProviderRefusedError, WrongAnswerError
from imin.identity.rules import follow, rule
from imin.identity.wire import json_object, without_secrets

_CREATED = 201
_LONGEST_URI = 2000


@dataclass
class Pushed:
    """A request on its way to the provider's server; `taken` fills in what the provider answered (`said`)."""

    endpoint: str
    settings: OpenIdSettings
    asked: dict[str, str] = field(repr=False)
    now: datetime
    said: dict[str, Any] = field(default_factory=dict, repr=False)


@rule("RFC 9126, 2.2 and 2.3")
def taken(pushed: Pushed) -> None:
    """Hand the request over; it counts as taken with 201 and no other answer."""
    answer = ask_as_client(pushed.endpoint, settings=pushed.settings, form=pushed.asked, now=pushed.now)
    pushed.said = json_object(answer, of="The endpoint for pushed requests")
    if answer.status != _CREATED:
        secrets = (
            pushed.settings.client_secret,
            *(pushed.asked[name] for name in ("state", "nonce", "code_challenge")),
        )
        words = without_secrets(f"{pushed.said.get('error')!r}, {pushed.said.get('error_description')!r}", secrets)
        raise ProviderRefusedError(f"The endpoint for pushed requests answered {answer.status}: {words}.")


@rule("RFC 9126, 2.2 (request_uri)")
def request_uri(pushed: Pushed) -> None:
    """Demand a `request_uri` that stands for the request."""
    uri = pushed.said.get("request_uri")
    if not isinstance(uri, str) or not 0 < len(uri) <= _LONGEST_URI:
        raise WrongAnswerError("The endpoint for pushed requests gave no request_uri (RFC 9126, 2.2).")


PUSH_CHECKS = (
    taken,
    request_uri,
)


def push(*, endpoint: str, settings: OpenIdSettings, asked: dict[str, str], now: datetime) -> dict[str, str]:
    """Push the request `asked` and return what the browser takes along in its place.

    There is no way back to a plain request: whoever could make pushing fail would otherwise see, and change, what is
    asked. Raises `ProviderRefusedError`, `WrongAnswerError` for an answer that is none, and `ProviderDownError`.
    """
    pushed = Pushed(endpoint, settings, asked, now)
    follow(PUSH_CHECKS, pushed)
    return {"client_id": settings.client_id, "request_uri": pushed.said["request_uri"]}
