"""Whose a host name is: taking it for a Broker, and giving it up (Card Details, section 6)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from imin.brokers.models import Domain
from imin.ground import hosts
from imin.ground.database import role

QUARANTINE = timedelta(days=30)


class TakenHostError(ValueError):
    """The Broker cannot have this host name; the message says why, and for how long."""


def demand_free(*, host: str, broker_id: UUID, now: datetime) -> None:
    """Refuse a `host` (normalised) that is ours, another domain's, or was another Broker's a short while ago."""
    for own in (settings.PLATFORM_DOMAIN, settings.DOMAIN_TARGETS):
        if own in {host, host.partition(".")[2]}:
            raise TakenHostError(f"{own} and names directly under it are the platform's own.")
    rows = Domain.objects.filter(host=host).select_related("broker")
    live = rows.exclude(state=Domain.State.REMOVED).first()
    if live:
        raise TakenHostError(f"{host} already belongs to {live.broker.name} ({live.broker.slug}).")
    left = quarantined(rows, now=now).exclude(broker_id=broker_id).order_by("-state_since").first()
    if left:
        free = left.state_since + QUARANTINE
        raise TakenHostError(
            f"{host} was taken from {left.broker.name} ({left.broker.slug}) and is kept from other Brokers until "
            f"{free:%-d %B %Y}, so that nobody inherits what still leads there."
        )


def remove(*, domain: Domain, now: datetime) -> None:
    """Take a domain away from its Broker: it answers 404, and its name is in quarantine when it was ever proved."""
    with transaction.atomic(using=role()):
        if domain.state == Domain.State.PENDING or hosts.on_this_machine(domain.host):
            domain.delete()
        else:
            Domain.objects.filter(pk=domain.pk).exclude(state=Domain.State.REMOVED).update(
                state=Domain.State.REMOVED, state_since=now
            )


def quarantined(domains: "QuerySet[Domain]", *, now: datetime) -> "QuerySet[Domain]":
    """Return those of `domains` whose names are still kept from other Brokers."""
    return domains.filter(state=Domain.State.REMOVED, state_since__gt=now - QUARANTINE)


def live_domain(broker_id: UUID, product: str) -> Domain | None:
    """Return the Broker's domain for `product`, whatever its state but removed."""
    return Domain.objects.filter(broker_id=broker_id, product=product).exclude(state=Domain.State.REMOVED).first()


def names_kept(*, broker_id: UUID, now: datetime) -> str:
    """Name the hosts that the Broker proved and that nobody else may have yet; nothing when there is none."""
    rows = Domain.objects.filter(broker_id=broker_id)
    kept = [*rows.filter(state__in=Domain.SERVED), *quarantined(rows, now=now)]
    return ", ".join(sorted({domain.host for domain in kept if not hosts.on_this_machine(domain.host)}))
