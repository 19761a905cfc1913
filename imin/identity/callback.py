"""Coming back from the provider: the rules of the authorization response, in order (Card Details, section 2)."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict

from imin.brokers.acting import at_once
from imin.brokers.front_door import Tenant
from imin.brokers.models import OpenIdSettings
from imin.ground.database import role
from imin.identity import claims, id_token, paths, userinfo
from imin.identity.discovery import Provider, provider_of, reading_settings, settings_in
from imin.identity.errors import (
    DeclinedSignInError,
    ExpiredSignInError,
    FailedSignInError,
    NotSignedInError,
    ProviderDownError,
    ProviderRefusedError,
    StepUpFailedError,
    UnknownSignInError,
    UsedSignInError,
    WrongAnswerError,
)
from imin.identity.exchange import Tokens, exchange
from imin.identity.models import SignIn
from imin.identity.rules import follow, rule
from imin.identity.start import LIFETIME, key_hash
from imin.identity.tokens import Token

_COLUMNS = [field.attname for field in SignIn._meta.concrete_fields]  # noqa: SLF001 Django's documented way
_BEGUN = f"SELECT {', '.join(_COLUMNS)} FROM identity_signin WHERE key_hash = %s AND broker_id = %s"  # noqa: S608
_TAKE = "UPDATE identity_signin SET used_at = %s WHERE key_hash = %s AND broker_id = %s AND used_at IS NULL RETURNING 1"
ERRORS: dict[str, type[FailedSignInError]] = {
    "login_required": NotSignedInError,
    "interaction_required": NotSignedInError,
    "consent_required": NotSignedInError,
    "account_selection_required": NotSignedInError,
    "access_denied": DeclinedSignInError,
    "unmet_authentication_requirements": StepUpFailedError,
    "temporarily_unavailable": ProviderDownError,
    "server_error": ProviderDownError,
}


@dataclass
class Return:
    """A browser that came back: what the provider's answer says, and what the checks found out so far.

    `browser` is the value of the sign-in cookie.
    """

    tenant: Tenant
    answer: QueryDict = field(repr=False)
    browser: str = field(repr=False)
    now: datetime
    sign_in: SignIn | None = None
    settings_read: list[tuple[Any, ...]] = field(default_factory=list, repr=False)
    tokens: Tokens = field(init=False)
    raw_claims: dict[str, Any] = field(init=False, repr=False)

    @cached_property
    def settings(self) -> OpenIdSettings:
        """The Broker's sign-in settings, read together with the sign-in."""
        return settings_in(self.settings_read)

    @cached_property
    def provider(self) -> Provider:
        """The Broker's provider."""
        return provider_of(self.settings.issuer, now=self.now)

    @property
    def begun(self) -> SignIn:
        """The sign-in that this is the return of; only after `state` passed."""
        assert self.sign_in
        return self.sign_in

    @property
    def claims(self) -> claims.Claims:
        """The person whom the provider vouches for; only after all checks passed."""
        return claims.read(self.raw_claims, self.settings)


@rule("RFC 6749 3.1")
def once(back: Return) -> None:
    """Take no parameter that comes twice."""
    twice = [name for name, values in back.answer.lists() if len(values) > 1]
    if twice:
        raise UnknownSignInError(f"{twice} came more than once.")


@rule("RFC 6749 10.12, OpenID Connect Core 3.1.2.7")
def state(back: Return) -> None:
    """Find the sign-in of `state` and cookie: begun for this Broker, not used before, not ten minutes old.

    It is marked as used in one statement, so that of two at once only one goes on.
    """
    taken = _take(back)
    if not back.sign_in:
        raise UnknownSignInError(
            f"No sign-in has this state and cookie; a cookie came: {bool(back.browser)}. "
            "A provider that was asked to answer by a form must do so, and others must not."
        )
    if not taken:
        raise UsedSignInError("The sign-in was used before.")
    if back.now - back.sign_in.created_at >= LIFETIME:
        raise ExpiredSignInError("The sign-in was begun more than ten minutes ago.")


def _take(back: Return) -> bool:
    """Read the sign-in, mark it as used, and say whether it was not; the Broker's settings cross with it."""
    broker_id = back.tenant.broker_id
    mine = [key_hash(back.browser, back.answer.get("state", "")), broker_id]
    begun, taken, back.settings_read = at_once(
        broker_id, (_BEGUN, mine), (_TAKE, [back.now, *mine]), reading_settings(broker_id)
    )
    back.sign_in = SignIn.from_db(role(), _COLUMNS, begun[0]) if begun else None
    return bool(taken)


@rule("RFC 9207, 2.4")
def issuer(back: Return) -> None:
    """Take `iss` only as the configured issuer; it may be missing when the provider does not promise it."""
    given = back.answer.get("iss")
    if given is None and back.provider.sends_issuer:
        raise WrongAnswerError("iss is missing, though the provider promises it.")
    if given is not None and given != back.settings.issuer:
        raise WrongAnswerError(f"iss is {given!r}, expected {back.settings.issuer!r}.")


@rule("RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6")
def error(back: Return) -> None:
    """Stop at an error that the provider reports; each has an answer of its own."""
    code = back.answer.get("error")
    if code is not None:
        cause = f"error is {code!r}, described as {back.answer.get('error_description', '')[:200]!r}."
        raise ERRORS.get(code, ProviderRefusedError)(cause)


@rule("OpenID Connect Core 3.1.3")
def code(back: Return) -> None:
    """Exchange the code for tokens, with the verifier that only we know."""
    given = back.answer.get("code")
    if not given:
        raise WrongAnswerError("code is missing.")
    back.tokens = exchange(
        provider=back.provider,
        settings=back.settings,
        code=str(given),
        verifier=back.begun.verifier,
        redirect_uri=paths.redirect_uri(back.tenant),
        now=back.now,
    )


@rule("OpenID Connect Core 3.1.3.7")
def identity(back: Return) -> None:
    """Hold the ID Token against every check of `id_token.ID_TOKEN_CHECKS`."""
    token = Token(
        raw=back.tokens.id_token,
        settings=back.settings,
        provider=back.provider,
        now=back.now,
        nonce=back.begun.nonce,
        max_age=back.begun.max_age,
        acr_values=back.begun.acr_values,
        access_token=back.tokens.access_token,
    )
    follow(id_token.ID_TOKEN_CHECKS, token)
    back.raw_claims = token.claims


@rule("OpenID Connect Core 5.3.2")
def more_claims(back: Return) -> None:
    """Ask userinfo for what the ID Token lacks, of the same `sub`; where both speak, the ID Token counts."""
    endpoint = back.provider.userinfo_endpoint
    if endpoint and claims.missing(back.raw_claims, back.settings):
        more = userinfo.claims_of(
            endpoint=endpoint, access_token=back.tokens.access_token, subject=back.raw_claims["sub"]
        )
        more.pop("auth_time", None)  # the ID Token's alone was checked
        more.pop("acr", None)
        back.raw_claims = {**more, **back.raw_claims}


CHECKS = (
    once,
    state,
    issuer,
    error,
    code,
    identity,
    more_claims,
)
