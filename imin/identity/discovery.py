"""Finding the Broker's provider from its issuer (OpenID Connect Discovery 1.0), one named check a rule."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from imin.brokers.acting import at_once
from imin.brokers.models import OpenIdSettings
from imin.ground.database import role
from imin.identity import published
from imin.identity.errors import NotSetUpError, WrongAnswerError
from imin.identity.rules import follow, rule
from imin.identity.wire import demand_safe

_COLUMNS = [field.attname for field in OpenIdSettings._meta.concrete_fields]  # noqa: SLF001 Django's documented way
_READ = f"SELECT {', '.join(_COLUMNS)} FROM {OpenIdSettings._meta.db_table} WHERE broker_id = %s"  # noqa: S608, SLF001
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint", "pushed_authorization_request_endpoint")


@dataclass(frozen=True)
class Provider:
    """Where the provider answers; an optional endpoint that it does not have is empty."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    pushed_authorization_request_endpoint: str
    sends_issuer: bool


@dataclass
class Discovery:
    """A configured issuer, and what is published at its address; `document` fills in what it says."""

    issuer: str
    now: datetime
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the discovery document (Discovery 4)."""
        return self.issuer.removesuffix("/") + "/.well-known/openid-configuration"


def settings_of(broker_id: UUID) -> OpenIdSettings:
    """Return the Broker's sign-in settings, in a transaction of its own.

    Raises `NotSetUpError` when there are none.
    """
    (rows,) = at_once(broker_id, reading_settings(broker_id))
    return settings_in(rows)


def reading_settings(broker_id: UUID) -> tuple[str, list[Any]]:
    """Return the read (for `at_once`) of the Broker's sign-in settings."""
    return _READ, [broker_id]


def settings_in(rows: list[tuple[Any, ...]]) -> OpenIdSettings:
    """Return the settings that `reading_settings` read. Raises `NotSetUpError` when there are none."""
    if not rows:
        raise NotSetUpError("The Broker has no OpenID settings.")
    return OpenIdSettings.from_db(role(), _COLUMNS, rows[0])


@rule("OpenID Connect Discovery 1.0, 4.2")
def document(discovery: Discovery) -> None:
    """Read the document over TLS, a JSON object answered with 200 and no redirect, at most once an hour."""
    demand_safe(discovery.issuer)
    discovery.said = published.document(discovery.url, now=discovery.now)


@rule("OpenID Connect Discovery 1.0, 4.3")
def same_issuer(discovery: Discovery) -> None:
    """Take only a document whose `issuer` is the configured one, to the last slash."""
    given = discovery.said.get("issuer")
    if given != discovery.issuer:
        raise WrongAnswerError(f"{discovery.url} is of issuer {given!r}, not {discovery.issuer!r} (Discovery 4.3).")


@rule("OpenID Connect Discovery 1.0, 3")
def endpoints(discovery: Discovery) -> None:
    """Demand the endpoints that a sign-in needs, and TLS of each that is given."""
    for name in (*_NEEDED, *_OPTIONAL):
        url = discovery.said.get(name) or ""
        if not isinstance(url, str):
            raise WrongAnswerError(f"{name} in the discovery document is not text (Discovery 3).")
        if url:
            demand_safe(url)
        elif name in _NEEDED:
            raise WrongAnswerError(f"The discovery document has no {name} (Discovery 3).")


@rule("RFC 9126, 5")
def pushing(discovery: Discovery) -> None:
    """Refuse a provider that demands pushed requests and says no place for them."""
    demanded = discovery.said.get("require_pushed_authorization_requests") is True
    if demanded and not discovery.said.get("pushed_authorization_request_endpoint"):
        raise WrongAnswerError("Pushed requests are required, but there is no pushed_authorization_request_endpoint.")


DISCOVERY_CHECKS = (
    document,
    same_issuer,
    endpoints,
    pushing,
)


def provider_of(issuer: str, *, now: datetime) -> Provider:
    """Return the provider that publishes itself at `issuer`.

    Raises `WrongAnswerError` when what it publishes breaks a rule of `DISCOVERY_CHECKS`, and `ProviderDownError`.
    """
    discovery = Discovery(issuer, now)
    try:
        follow(DISCOVERY_CHECKS, discovery)
    except WrongAnswerError:
        published.forget(discovery.url)  # so that a corrected provider is seen at once
        raise
    return Provider(
        **{name: discovery.said.get(name) or "" for name in (*_NEEDED, *_OPTIONAL)},
        sends_issuer=discovery.said.get("authorization_response_iss_parameter_supported") is True,
    )
