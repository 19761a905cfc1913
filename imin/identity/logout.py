"""Signing out at both ends (OpenID Connect RP-Initiated Logout 1.0).

The provider is reached by a page that refreshes itself there, not by a redirect of the sign-out form: Chromium
holds every redirect of a form against `form-action`, and which hosts a provider redirects to is not ours to know.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe

from imin.brokers.front_door import Tenant
from imin.ground import vault
from imin.identity import paths
from imin.identity.discovery import provider_of, settings_of
from imin.identity.start import with_query

STATE_COOKIE = "__Host-signout"
STATE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Leaving:
    """Where to send the person to sign out at the provider: `url`, and `link` for a page, without the token."""

    url: str = field(repr=False)
    link: str
    state: str = field(repr=False)


def leaving(*, tenant: Tenant, id_token_encrypted: str, now: datetime) -> Leaving | None:
    """Return where the person signs out at the provider, or None when it offers no such place.

    Raises what `discovery` raises.
    """
    settings = settings_of(tenant.broker_id)
    endpoint = provider_of(settings.issuer, now=now).end_session_endpoint
    if not endpoint:
        return None
    state = token_urlsafe(32)
    asked = {
        "client_id": settings.client_id,
        "post_logout_redirect_uri": paths.signed_out_uri(tenant),
        "state": state,
    }
    link = with_query(endpoint, asked)
    hint = vault.decrypt(id_token_encrypted)
    return Leaving(with_query(link, {"id_token_hint": hint}) if hint else link, link, state)
