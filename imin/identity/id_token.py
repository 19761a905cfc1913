"""The rules of the ID Token (OpenID Connect Core 3.1.3.7), in the order in which they are looked at."""

from base64 import urlsafe_b64encode
from hashlib import new
from hmac import compare_digest

from imin.identity.errors import StepUpFailedError, WrongAnswerError
from imin.identity.rules import rule
from imin.identity.tokens import (
    LEEWAY,
    Token,
    algorithm,
    audience,
    expiry,
    form,
    issued_at,
    issuer,
    signature,
    time_of,
    usable_text,
)


@rule("OpenID Connect Core 3.1.3.7, 4 and 5")
def authorised_party(token: Token) -> None:
    """Take `azp`, when given, only as our client."""
    if token.claims.get("azp", token.settings.client_id) != token.settings.client_id:
        raise WrongAnswerError(f"azp is {token.claims['azp']!r}, expected {token.settings.client_id!r}.")


@rule("OpenID Connect Core 3.1.3.7, 11")
def nonce(token: Token) -> None:
    """Demand the `nonce` that this very sign-in sent, so that the token was made for it."""
    given = token.claims.get("nonce")
    if not isinstance(given, str) or not compare_digest(given.encode(), token.nonce.encode()):
        raise WrongAnswerError("nonce is not the one that was sent." if given else "nonce is missing.")


@rule("OpenID Connect Core 3.1.3.7, 12")
def acr(token: Token) -> None:
    """Demand one of the ways to sign in that were asked for; the provider may have used another all the same."""
    wanted = token.acr_values.split()
    if wanted and token.claims.get("acr") not in wanted:
        raise StepUpFailedError(f"acr is {token.claims.get('acr')!r}, expected one of {wanted}.")


@rule("OpenID Connect Core 3.1.3.7, 13")
def auth_time(token: Token) -> None:
    """Demand an `auth_time` within the `max_age` that was asked for, and not in the future, with the leeway."""
    if token.max_age is None:
        return
    if "auth_time" not in token.claims:
        raise StepUpFailedError("auth_time is missing, though max_age was asked for.")
    ago = token.now.timestamp() - time_of(token, "auth_time")
    if ago < -LEEWAY.total_seconds():
        raise WrongAnswerError(f"auth_time {token.claims['auth_time']} lies in the future.")
    if ago > token.max_age + LEEWAY.total_seconds():
        raise StepUpFailedError(f"auth_time is {ago:.0f} seconds ago, max_age was {token.max_age}.")


@rule("OpenID Connect Core 2, sub")
def subject(token: Token) -> None:
    """Demand a `sub` that names the person."""
    if not usable_text(token.claims.get("sub")):
        raise WrongAnswerError("sub is missing, not text, or longer than 255 characters.")


@rule("OpenID Connect Core 3.1.3.8")
def access_token_hash(token: Token) -> None:
    """Take `at_hash`, when given, only as that of the access token which came with it.

    The left half of its hash, by the algorithm of the signature (3.1.3.6); EdDSA's is SHA-512 (RFC 8032 5.1).
    """
    if "at_hash" not in token.claims:
        return
    bits = token.settings.algorithm[-3:]
    whole = new(f"sha{bits if bits.isdigit() else 512}", token.access_token.encode()).digest()
    expected = urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=")
    given = token.claims["at_hash"]
    if not isinstance(given, str) or not compare_digest(given.encode(), expected):
        raise WrongAnswerError("at_hash is not that of the access token.")


ID_TOKEN_CHECKS = (
    form,
    algorithm,
    signature,
    issuer,
    audience,
    authorised_party,
    expiry,
    issued_at,
    nonce,
    acr,
    auth_time,
    subject,
    access_token_hash,
)
