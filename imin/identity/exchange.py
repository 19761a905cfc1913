"""Exchanging the code for tokens at the provider's token endpoint (OpenID Connect Core 3.1.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imin.brokers.models import OpenIdSettings
from imin.identity.client_authentication import ask_as_client
from imin.identity.discovery import Provider
from imin.identity.errors import UsedSignInError, WrongAnswerError
from imin.identity.wire import demand_json, json_object, without_secrets


@dataclass(frozen=True)
class Tokens:
    """What the provider gave for the code; the access token serves for userinfo and is then forgotten."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


def exchange(  # noqa: PLR0913 what RFC 6749 4.1.3 asks for
    *, provider: Provider, settings: OpenIdSettings, code: str, verifier: str, redirect_uri: str, now: datetime
) -> Tokens:
    """Return the tokens for `code`.

    Raises `UsedSignInError` for a code that the provider does not take any more (`invalid_grant`),
    `WrongAnswerError` for any other refusal, and `ProviderDownError`.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    answer = ask_as_client(provider.token_endpoint, settings=settings, form=form, now=now)
    content = json_object(answer, of="The token endpoint")
    if answer.status != 200:
        _refuse(answer.status, content, secrets=(code, verifier, settings.client_secret))
    demand_json(answer, of="The token endpoint")
    return _tokens(content)


def _refuse(status: int, content: dict[str, Any], *, secrets: Iterable[str]) -> None:
    said = f"{str(content.get('error'))[:200]!r}, {str(content.get('error_description'))[:200]!r}"
    cause = f"The token endpoint answered {status}: {without_secrets(said, secrets)}."
    if content.get("error") == "invalid_grant":
        raise UsedSignInError(cause)
    raise WrongAnswerError(cause)


def _tokens(content: dict[str, Any]) -> Tokens:
    id_token, access_token = content.get("id_token"), content.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise WrongAnswerError("The token endpoint gave no ID Token or no access token (Core 3.1.3.3).")
    if not access_token.isascii() or not access_token.isprintable():  # it becomes a header
        raise WrongAnswerError("The access token is not printable ASCII (RFC 6749 A.12).")
    if str(content.get("token_type")).lower() != "bearer":
        raise WrongAnswerError(f"token_type is {content.get('token_type')!r} (Core 3.1.3.3).")
    return Tokens(id_token, access_token)
