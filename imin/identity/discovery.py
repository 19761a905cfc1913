"""Finding the Broker's provider from its issuer (OpenID Connect Discovery 1.0)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from imin.brokers.acting import acting
from imin.brokers.models import OpenIdSettings
from imin.identity import published
from imin.identity.errors import NotSetUpError, WrongAnswerError
from imin.identity.wire import demand_safe


@dataclass(frozen=True)
class Provider:
    """Where the provider answers; an optional endpoint that it does not have is empty."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    sends_issuer: bool


def settings_of(broker_id: UUID) -> OpenIdSettings:
    """Return the Broker's sign-in settings, in a transaction of its own.

    Raises `NotSetUpError` when there are none.
    """
    with acting(broker_id):
        found = OpenIdSettings.objects.filter(broker_id=broker_id).first()
    if not found:
        raise NotSetUpError("The Broker has no OpenID settings.")
    return found


def provider_of(issuer: str, *, now: datetime) -> Provider:
    """Return the provider that publishes itself at `issuer`, fetched at most once an hour.

    Raises `WrongAnswerError` when it calls itself by another name (Discovery 4.3: identical, to the last slash) or
    lacks an endpoint that a sign-in needs, and `ProviderDownError`.
    """
    demand_safe(issuer)
    url = issuer.removesuffix("/") + "/.well-known/openid-configuration"
    document = published.document(url, now=now)
    if document.get("issuer") != issuer:
        published.forget(url)  # so that a corrected provider is seen at once
        raise WrongAnswerError(f"{url} is of issuer {document.get('issuer')!r}, not {issuer!r} (Discovery 4.3).")
    return Provider(
        authorization_endpoint=_needed(document, "authorization_endpoint"),
        token_endpoint=_needed(document, "token_endpoint"),
        jwks_uri=_needed(document, "jwks_uri"),
        userinfo_endpoint=_endpoint(document, "userinfo_endpoint"),
        end_session_endpoint=_endpoint(document, "end_session_endpoint"),
        sends_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _needed(document: dict[str, Any], name: str) -> str:
    endpoint = _endpoint(document, name)
    if not endpoint:
        raise WrongAnswerError(f"The discovery document has no {name} (Discovery 3).")
    return endpoint


def _endpoint(document: dict[str, Any], name: str) -> str:
    url = document.get(name) or ""
    if not isinstance(url, str):
        raise WrongAnswerError(f"{name} in the discovery document is not text (Discovery 3).")
    if url:
        demand_safe(url)
    return url
