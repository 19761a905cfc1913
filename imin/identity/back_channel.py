"""The provider ends sessions by a signed logout token (OpenID Connect Back-Channel Logout 1.0, 2.6)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.ground.database import role
from imin.identity import sessions
from imin.identity.discovery import provider_of, settings_of
from imin.identity.errors import WrongAnswerError
from imin.identity.models import UsedLogoutToken
from imin.identity.rules import follow, rule
from imin.identity.tokens import Token, algorithm, audience, expiry, form, issued_at, issuer, signature, usable_text

EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = timedelta(days=1)
_KEYS_PATIENCE = timedelta(seconds=30)  # anybody can send a token with an unknown kid


@rule("Back-Channel Logout 1.0, 2.4 (typ)")
def kind(token: Token) -> None:
    """Take only `typ` `logout+jwt`, so that no other token is taken for one; none where the Broker allows that."""
    given = token.header.get("typ")
    plain = isinstance(given, str) and given.lower().removeprefix("application/")
    if plain != "logout+jwt" and not (token.settings.logout_without_type and given in {None, "JWT"}):
        raise WrongAnswerError(f"typ is {given!r}.")


@rule("Back-Channel Logout 1.0, 2.6 (4)")
def recent(token: Token) -> None:
    """Take no token older than a day, so that its `jti` need not be remembered for ever."""
    if token.claims["iat"] < (token.now - OLDEST).timestamp():
        raise WrongAnswerError("iat is more than a day ago.")


@rule("Back-Channel Logout 1.0, 2.6 (5)")
def whom(token: Token) -> None:
    """Demand a `sub` or `sid` that says whose sessions end."""
    given = [token.claims[name] for name in ("sub", "sid") if name in token.claims]
    if not given or not all(map(usable_text, given)):
        raise WrongAnswerError("Neither sub nor sid is given, or one is not usable text.")


@rule("Back-Channel Logout 1.0, 2.6 (6)")
def event(token: Token) -> None:
    """Demand the logout event, with an object, in `events`."""
    events = token.claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise WrongAnswerError("events does not hold the logout event.")


@rule("Back-Channel Logout 1.0, 2.6 (7)")
def no_nonce(token: Token) -> None:
    """Take no token with a `nonce`, so that no ID Token is taken for one."""
    if "nonce" in token.claims:
        raise WrongAnswerError("nonce is present.")


@rule("Back-Channel Logout 1.0, 2.4 (jti)")
def named(token: Token) -> None:
    """Demand a `jti` that names the token."""
    if not usable_text(token.claims.get("jti")):
        raise WrongAnswerError("jti is missing or not usable text.")


LOGOUT_TOKEN_CHECKS = (
    form,
    kind,
    algorithm,
    signature,
    issuer,
    audience,
    expiry,
    issued_at,
    recent,
    whom,
    event,
    no_nonce,
    named,
)


@rule("Back-Channel Logout 1.0, 2.6 (8)")
def unused(token: Token) -> None:
    """Take each token once; its `jti` is remembered in the transaction that ends the sessions."""
    try:
        with transaction.atomic(using=role()):
            UsedLogoutToken.objects.create(
                broker_id=token.settings.broker_id, jti=token.claims["jti"], used_at=token.now
            )
    except IntegrityError:
        raise WrongAnswerError("The logout token was used before.") from None


LOGOUT_TOKEN_USE = (unused,)


def log_out(*, tenant: Tenant, logout_token: str, now: datetime) -> int:
    """End the sessions that `logout_token` names and return how many.

    Raises `WrongAnswerError` for a token that breaks a rule, and what `discovery` raises.
    """
    settings = settings_of(tenant.broker_id)
    provider = provider_of(settings.issuer, now=now)
    token = Token(raw=logout_token, settings=settings, provider=provider, now=now, patience=_KEYS_PATIENCE)
    follow(LOGOUT_TOKEN_CHECKS, token)
    with acting(tenant.broker_id):
        follow(LOGOUT_TOKEN_USE, token)
        return sessions.end_of_provider(
            broker_id=tenant.broker_id,
            subject=token.claims.get("sub", ""),
            provider_session=token.claims.get("sid", ""),
            now=now,
        )
