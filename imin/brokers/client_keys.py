"""The key pairs of our clients at the Brokers' providers: made here, published, followed by another (RFC 7523).

A new key is published a day before it signs, so that providers that remember our keys know it by then, and an old
one for a day after, so that what it signed last can still be verified. Called inside `acting`, or as the owner.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from joserfc.jwk import ECKey, KeyParameters, RSAKey

from imin.brokers.models import ClientKey, OpenIdSettings
from imin.ground import vault

LEAD = timedelta(days=1)
KEPT = timedelta(days=1)
_RSA_BITS = 2048


def signing(broker_id: UUID, *, now: datetime) -> ClientKey | None:
    """Return the key that signs now, or None when the Broker has none."""
    return ClientKey.objects.filter(broker_id=broker_id, signs_from__lte=now).order_by("-signs_from").first()


def published(broker_id: UUID, *, now: datetime) -> list[ClientKey]:
    """Return the keys that a provider must know, the newest first."""
    keys = ClientKey.objects.filter(broker_id=broker_id).order_by("-signs_from")
    shown: list[ClientKey] = []
    for key in keys:
        if shown and shown[-1].signs_from <= now - KEPT:
            break
        shown.append(key)
    return shown


def make_first(settings: OpenIdSettings, *, now: datetime) -> None:
    """Make the Broker's key if it has none."""
    if not ClientKey.objects.filter(broker_id=settings.broker_id).exists():
        _make(settings, signs_from=now)


def make_next(settings: OpenIdSettings, *, now: datetime) -> ClientKey:
    """Make a key that signs a day from now, or at once where it is the first.

    One that was waiting for that is dropped, and so are those that had their time.
    """
    mine = ClientKey.objects.filter(broker_id=settings.broker_id)
    mine.filter(signs_from__gt=now).delete()
    mine.exclude(pk__in=[key.pk for key in published(settings.broker_id, now=now)]).delete()
    return _make(settings, signs_from=now + LEAD if mine.exists() else now)


def replace(settings: OpenIdSettings, *, now: datetime) -> ClientKey:
    """Make a key that signs at once, and drop all others: for a key that somebody else may know."""
    ClientKey.objects.filter(broker_id=settings.broker_id).delete()
    return _make(settings, signs_from=now)


def _make(settings: OpenIdSettings, *, signs_from: datetime) -> ClientKey:
    algorithm = settings.client_key_algorithm
    named: KeyParameters = {"use": "sig", "alg": algorithm}
    pair: ECKey | RSAKey = (
        ECKey.generate_key("P-256", named, auto_kid=True)
        if algorithm == "ES256"
        else RSAKey.generate_key(_RSA_BITS, named, auto_kid=True)
    )
    return ClientKey.objects.create(
        broker_id=settings.broker_id,
        key_id=pair.kid or "",
        public_key=pair.as_dict(private=False),
        private_key_encrypted=vault.encrypt(json.dumps(pair.as_dict(private=True))),
        signs_from=signs_from,
    )
