"""The rules of the ID Token (OpenID Connect Core 3.1.3.7), in the order in which they are looked at."""

from hmac import compare_digest

from imin.identity.errors import WrongAnswerError
from imin.identity.rules import rule
from imin.identity.tokens import Token, algorithm, audience, expiry, form, issued_at, issuer, signature, usable_text


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


@rule("OpenID Connect Core 2, sub")
def subject(token: Token) -> None:
    """Demand a `sub` that names the person."""
    if not usable_text(token.claims.get("sub")):
        raise WrongAnswerError("sub is missing, not text, or longer than 255 characters.")


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
    subject,
)
