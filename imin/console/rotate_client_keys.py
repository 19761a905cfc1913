"""Giving Brokers' clients their next key from the command line, by hand or by a timer (`private_key_jwt`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from imin.brokers import client_keys
from imin.brokers.models import Broker, ClientKey, OpenIdSettings
from imin.ground.database import role


@dataclass(frozen=True)
class NewKey:
    """A key that was made just now for the Broker with this slug."""

    broker: str
    key: ClientKey
    authentication: str

    @property
    def unused(self) -> bool:
        """Whether nothing is signed with it, because the Broker's client proves itself by something else."""
        return self.authentication != OpenIdSettings.Authentication.PRIVATE_KEY

    def as_json(self) -> dict[str, Any]:
        """Return what a script, or the Broker's developer, needs to know of it."""
        return {
            "broker": self.broker,
            "authentication": self.authentication,
            "signsFrom": self.key.signs_from.isoformat(),
            "publicKey": self.key.public_key,
        }


def rotate_client_keys(
    *, broker: Broker | None, older_than: timedelta | None, at_once: bool, now: datetime
) -> Iterator[NewKey]:
    """Make the next key of `broker`, or of every Broker that signs in with one; yield those that were made.

    With `older_than` only where the newest key, be it one that is still waiting to sign, is that old: so a timer may
    call this every day. `at_once` drops all other keys, see `client_keys.replace`.
    """
    signing = OpenIdSettings.objects.select_related("broker").order_by("broker__slug")
    if broker:
        signing = signing.filter(broker=broker)
    else:
        signing = signing.filter(authentication=OpenIdSettings.Authentication.PRIVATE_KEY)
    for settings in signing:
        with transaction.atomic(using=role()):
            newest = ClientKey.objects.filter(broker_id=settings.broker_id).order_by("-signs_from").first()
            if older_than is not None and newest and newest.signs_from > now - older_than:
                continue
            make = client_keys.replace if at_once else client_keys.make_next
            yield NewKey(settings.broker.slug, make(settings, now=now), settings.authentication)
