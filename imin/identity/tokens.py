"""A provider's signed token, and the rules that its ID Tokens and logout tokens share."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.util import json_b64decode, urlsafe_b64decode

from imin.brokers.models import OpenIdSettings
from imin.identity import published
from imin.identity.discovery import Provider
from imin.identity.errors import WrongAnswerError
from imin.identity.keys import fitting
from imin.identity.rules import rule
from imin.identity.wire import demand_text

LEEWAY = timedelta(seconds=60)
LONGEST_SUBJECT = 255  # OpenID Connect Core 2
_LONGEST_TOKEN = 64 * 1024


@dataclass
class Token:
    """A token as it came (`raw`), and what it is held against; `form` fills in header and claims.

    `max_age` (seconds) and `acr_values` are what was asked for, if it was; `patience` is the age that keys must have
    before an unknown one is looked for again.
    """

    raw: str = field(repr=False)
    settings: OpenIdSettings
    provider: Provider
    now: datetime
    nonce: str = field(default="", repr=False)
    max_age: int | None = None
    acr_values: str = ""
    access_token: str = field(default="", repr=False)
    patience: timedelta = timedelta(0)
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)


@rule("RFC 7519, 7.2")
def form(token: Token) -> None:
    """Take a compact JWS of three parts whose payload is a JSON object; an encrypted token is none."""
    parts = token.raw.split(".")
    if len(parts) != 3 or len(token.raw) > _LONGEST_TOKEN:
        raise WrongAnswerError(f"Not a signed token: {len(parts)} parts, {len(token.raw)} characters.")
    try:
        header, payload, token.signature = (part.encode("ascii") for part in parts)
        token.header, token.claims = json_b64decode(header), json_b64decode(payload)
        demand_text([token.header, token.claims])
        token.signature = urlsafe_b64decode(token.signature)
    except (ValueError, RecursionError) as failure:
        raise WrongAnswerError(f"Not a signed token: {type(failure).__name__}.") from None
    if not isinstance(token.header, dict) or not isinstance(token.claims, dict):
        raise WrongAnswerError("Header and payload must be JSON objects.")
    token.content = header + b"." + payload


@rule("OpenID Connect Core 3.1.3.7, 7")
def algorithm(token: Token) -> None:
    """Take the registered algorithm and no other, least of all `none`; no extension that we do not know."""
    if token.header.get("alg") != token.settings.algorithm:
        raise WrongAnswerError(f"alg is {token.header.get('alg')!r}, registered is {token.settings.algorithm}.")
    if "crit" in token.header:  # RFC 7515 4.1.11: understood or refused, and we know none
        raise WrongAnswerError(f"crit names {token.header['crit']!r}.")


@rule("OpenID Connect Core 3.1.3.7, 6")
def signature(token: Token) -> None:
    """Verify the signature with the one published key that fits; keys are fetched again once when none does.

    Core 10.1: a token without `kid` is good only where a single key fits; a rotated key shows by a new `kid`, at
    poor providers only by a signature that does not match.
    """
    if _unverified(token, published.FRESH):
        cause = _unverified(token, token.patience)
        if cause:
            raise WrongAnswerError(cause)


@rule("OpenID Connect Core 3.1.3.7, 2")
def issuer(token: Token) -> None:
    """Take `iss` only as the configured issuer, to the last slash."""
    if token.claims.get("iss") != token.settings.issuer:
        raise WrongAnswerError(f"iss is {token.claims.get('iss')!r}, expected {token.settings.issuer!r}.")


@rule("OpenID Connect Core 3.1.3.7, 3")
def audience(token: Token) -> None:
    """Take `aud` only as our client alone; we trust no other audience."""
    if token.claims.get("aud") not in (token.settings.client_id, [token.settings.client_id]):
        raise WrongAnswerError(f"aud is {token.claims.get('aud')!r}, expected {token.settings.client_id!r} alone.")


@rule("OpenID Connect Core 3.1.3.7, 9")
def expiry(token: Token) -> None:
    """Demand an `exp` that has not passed, with the leeway."""
    if time_of(token, "exp") <= (token.now - LEEWAY).timestamp():
        raise WrongAnswerError(f"exp {token.claims['exp']} has passed.")


@rule("OpenID Connect Core 2, iat")
def issued_at(token: Token) -> None:
    """Demand an `iat` that is not in the future, with the leeway; the same of `nbf`, when given (RFC 7519 4.1.5)."""
    latest = (token.now + LEEWAY).timestamp()
    for name in ("iat", "nbf"):
        if (name == "iat" or name in token.claims) and time_of(token, name) > latest:
            raise WrongAnswerError(f"{name} {token.claims[name]} lies in the future.")


def usable_text(value: object) -> bool:
    """Say whether `value` is text that can be stored as a subject, session or token identifier."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT and value.isprintable()


def _unverified(token: Token, fresh: timedelta) -> str:
    """Return why the signature is not good by keys at most `fresh` old, or nothing when it is."""
    algorithm, uri = token.settings.algorithm, token.provider.jwks_uri
    keys = fitting(token.header, algorithm=algorithm, jwks_uri=uri, now=token.now, fresh=fresh)
    if len(keys) != 1:
        return f"{len(keys)} keys at {uri} fit kid {token.header.get('kid')!r} and {algorithm}."
    try:
        genuine = JWSRegistry.algorithms[algorithm].verify(token.content, token.signature, keys[0])
    except (JoseError, ValueError) as failure:
        return f"The signature cannot be checked: {type(failure).__name__}."
    return "" if genuine else "The signature is not the provider's."


def time_of(token: Token, name: str) -> float:
    """Return a NumericDate (RFC 7519, 2); true and NaN are none, though Python would count with them."""
    value = token.claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise WrongAnswerError(f"{name} is {value!r}, not a time.")
    return value


def _finite(value: float) -> bool:
    return isinstance(value, int) or isfinite(value)
