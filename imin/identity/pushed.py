"""Handing the authorization request to the provider's server before the browser goes there (PAR, RFC 9126)."""

from datetime import datetime

from imin.brokers.models import OpenIdSettings
from imin.identity.client_authentication import ask_as_client
from imin.identity.errors import ProviderRefusedError, WrongAnswerError
from imin.identity.wire import json_object, without_secrets

_CREATED = 201
_LONGEST_URI = 2000


def push(*, endpoint: str, settings: OpenIdSettings, asked: dict[str, str], now: datetime) -> dict[str, str]:
    """Push the request `asked` and return what the browser takes along in its place.

    There is no way back to a plain request: whoever could make pushing fail would otherwise see, and change, what is
    asked. Raises `ProviderRefusedError`, `WrongAnswerError` for an answer that is none, and `ProviderDownError`.
    """
    answer = ask_as_client(endpoint, settings=settings, form=asked, now=now)
    said = json_object(answer, of="The endpoint for pushed requests")
    if answer.status != _CREATED:
        secrets = (settings.client_secret, *(asked[name] for name in ("state", "nonce", "code_challenge")))
        words = without_secrets(f"{said.get('error')!r}, {said.get('error_description')!r}", secrets)
        raise ProviderRefusedError(f"The endpoint for pushed requests answered {answer.status}: {words}.")
    uri = said.get("request_uri")
    if not isinstance(uri, str) or not 0 < len(uri) <= _LONGEST_URI:
        raise WrongAnswerError("The endpoint for pushed requests gave no request_uri (RFC 9126, 2.2).")
    return {"client_id": settings.client_id, "request_uri": uri}
