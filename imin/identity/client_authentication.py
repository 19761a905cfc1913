"""Proving to the provider that it is our client who asks (OpenID Connect Core 9), at every endpoint in the same way."""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import import_key

from imin.brokers import client_keys
from imin.brokers.acting import acting
from imin.brokers.models import OpenIdSettings
from imin.ground import http
from imin.identity.errors import NotSetUpError
from imin.identity.wire import ask

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = timedelta(seconds=60)


def ask_as_client(url: str, *, settings: OpenIdSettings, form: dict[str, str], now: datetime) -> http.Answer:
    """Post `form` to the provider with our proof. Raises what `wire.ask` raises, and `NotSetUpError` without a key."""
    if settings.authentication == OpenIdSettings.Authentication.BASIC:
        return ask("POST", url, headers={"Authorization": _basic(settings)}, form=form)
    if settings.authentication == OpenIdSettings.Authentication.POST:
        proof = {"client_secret": settings.client_secret}
    else:
        proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": _assertion(settings, now)}
    return ask("POST", url, form={**form, "client_id": settings.client_id, **proof})


def _basic(settings: OpenIdSettings) -> str:
    """Return the Basic credentials; both parts are form-encoded before they are joined (RFC 6749 2.3.1)."""
    pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
    return "Basic " + b64encode(pair.encode()).decode()


def _assertion(settings: OpenIdSettings, now: datetime) -> str:
    """Return a token that only we can sign, for this provider alone, good for a minute (RFC 7523, 3).

    The audience is the issuer and nothing else: one that also named an endpoint could be carried to another
    provider that claims that endpoint (the flaw that the revision of RFC 7523 closes).
    """
    with acting(settings.broker_id):
        key = client_keys.signing(settings.broker_id, now=now)
    if not key:
        raise NotSetUpError("private_key_jwt is set, but no key was made. Save the sign-in settings again.")
    algorithm = key.public_key["alg"]
    issued = int(now.timestamp())
    claims = {
        "iss": settings.client_id,
        "sub": settings.client_id,
        "aud": settings.issuer,
        "jti": token_urlsafe(32),
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    header = {"alg": algorithm, "kid": key.key_id}
    return jwt.encode(header, claims, import_key(json.loads(key.private_key)), algorithms=[algorithm])
