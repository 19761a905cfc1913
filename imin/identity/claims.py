"""What a provider vouches for, cut down to what we keep."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from imin.brokers.front_door import Tenant
from imin.brokers.models import OpenIdSettings
from imin.ground import card_numbers
from imin.ground.crossing import Statement

_LONGEST_NAME = 150
_LONGEST_EMAIL = 254  # RFC 5321 4.5.3.1.3
_LONGEST_TEXT = 255
_SKEW_SECONDS = 60


@dataclass(frozen=True)
class Claims:
    """The person as the provider knows them (OpenID Connect Core 5.1); what it does not say is empty.

    `identifier` is the value of the Broker's `customer_identifier_claim`; `provider_session` is `sid`,
    `auth_time` when it last asked the person, `acr` how.
    """

    subject: str
    email: str = ""
    email_verified: bool = False
    given_name: str = ""
    family_name: str = ""
    identifier: str = ""
    provider_session: str = ""
    auth_time: datetime | None = None
    acr: str = ""


@dataclass(frozen=True)
class Recognise:
    """How the product finds the Customer whom the provider vouches for.

    `unchanged` is a read (for `at_once`) that admits to the rows of the one who comes again as they were, which nearly
    everybody does; `anybody` looks longer, makes an account or brings it up to date, or raises `FailedSignInError`.
    """

    unchanged: Callable[[Tenant, Claims], Statement]
    anybody: Callable[[Tenant, Claims, datetime], UUID]


def missing(raw: dict[str, Any], settings: OpenIdSettings) -> bool:
    """Say whether something is missing that the Broker lets us ask for, so that userinfo is worth a request."""
    scopes = settings.scope.split()
    wanted = settings.customer_identifier_claim
    return bool(
        ("email" in scopes and "email" not in raw)
        or ("profile" in scopes and not {"name", "given_name", "family_name"} & raw.keys())
        or (wanted and wanted not in raw)
    )


def read(raw: dict[str, Any], settings: OpenIdSettings) -> Claims:
    """Return the claims that we keep of `raw`, whose `sub` and `iat` were checked."""
    given, family = _name(raw, "given_name"), _name(raw, "family_name")
    email = _text(raw, "email")
    plausible = "@" in email and len(email) <= _LONGEST_EMAIL and not card_numbers.contains(email)
    return Claims(
        subject=str(raw["sub"]),
        email=email if plausible else "",
        email_verified=plausible and raw.get("email_verified") is True,
        given_name=given if given or family else _name(raw, "name"),
        family_name=family,
        identifier=_text(raw, settings.customer_identifier_claim),
        provider_session=_text(raw, "sid"),
        auth_time=_auth_time(raw),
        acr=_text(raw, "acr"),
    )


def _auth_time(raw: dict[str, Any]) -> datetime | None:
    """Return when the person was asked; None where that is not said, or is no time before the token's own."""
    said, issued = raw.get("auth_time"), raw["iat"]
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= issued + _SKEW_SECONDS:
        return None
    return datetime.fromtimestamp(said, UTC)


def _name(raw: dict[str, Any], claim: str) -> str:
    return card_numbers.mask(_text(raw, claim))[:_LONGEST_NAME]


def _text(raw: dict[str, Any], claim: str) -> str:
    """Return a claim's text without what cannot be shown or stored; anything but text of a usable length is empty."""
    value = raw.get(claim) if claim else None
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return ""
    return "".join(character for character in value if character.isprintable()).strip()
