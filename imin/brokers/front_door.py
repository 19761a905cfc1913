"""Host → Broker and product: exact, normalised, remembered while no Broker changes (Card Details, section 7).

What is remembered is all that a page needs to know of its Broker, so that a request asks nothing twice. Every few
seconds the database is asked whether anything changed at any Broker; then everything is read anew.
"""

import json
import math
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from imin.brokers.contrast import text_on
from imin.brokers.models import Branding, Domain
from imin.ground import hosts
from imin.ground.crossing import cross
from imin.ground.database import drop_dead_connections, role
from imin.ground.outage import AWAY


@dataclass(frozen=True)
class Look:
    """A Broker's looks, ready for a page."""

    primary: str
    primary_dark: str
    font: str
    logo_version: str
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    corners: str = "round"
    languages: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
    default_language: str = settings.LANGUAGE_CODE

    @property
    def on_primary(self) -> str:
        """Black or white, whichever is read on the main colour."""
        return text_on(self.primary)

    @property
    def on_primary_dark(self) -> str:
        """Black or white, whichever is read on the main colour of dark pages."""
        return text_on(self.primary_dark)


def look_of(looks: Branding, *, logo_version: str = "") -> Look:
    """Return stored looks, or those of a form, as pages and mails know them."""
    return Look(
        primary=looks.primary,
        primary_dark=looks.primary_dark,
        font=looks.font,
        logo_version=logo_version,
        texts=looks.texts,
        corners=looks.corners,
        languages=tuple(looks.languages) or Look.languages,
        default_language=looks.default_language,
    )


@dataclass(frozen=True)
class Tenant:
    """The Broker that a host belongs to, as a request knows it."""

    broker_id: UUID
    slug: str
    name: str
    host: str
    product: str
    dashboard_url: str
    session_idle: timedelta
    session_absolute: timedelta
    max_cards: int
    look: Look

    @property
    def origin(self) -> str:
        """The origin of this host, built from settings and the stored name, never from a header."""
        return hosts.origin(self.host)


class _Version:
    """The state of all Brokers in the database, as it was a moment ago."""

    text = ""
    read_at = -math.inf

    def is_old(self) -> bool:
        return time.monotonic() - self.read_at >= settings.TENANT_CACHE_SECONDS

    def now(self, text: str) -> None:
        self.text, self.read_at = text, time.monotonic()


_version = _Version()
_remembered: dict[str, tuple[str, Tenant | None]] = {}  # with the version at which each was read
_MOST_REMEMBERED = 10_000
_WHILE_AWAY = "away"


def tenant_of(host: str) -> Tenant | None:
    """Return the tenant whose served domain is exactly `host` (normalised), or None."""
    found = _remembered.get(host)
    try:
        if _version.is_old():
            _version.now(_asked("SELECT tenants_version()"))
        version = _version.text  # as it was before the tenant is read, so that no later change is missed
        if found and found[0] == version:
            return found[1]
        row = _asked("SELECT tenant_of_host(%s)", host)
        tenant = _tenant(json.loads(row)) if row else None  # Django has JSON arrive as text
    except AWAY:
        if not found or not found[1]:
            raise
        drop_dead_connections()  # so that what is read next does not wait at another of them
        version, tenant = _WHILE_AWAY, found[1]  # old, but enough for the page that says that the database is away
        _version.now(_WHILE_AWAY)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[host] = (version, tenant)
    return tenant


def _asked(question: str, *values: str) -> Any:
    (((answer,),),) = cross(role(), [(question, values)])
    return answer


def tenant_as(domain: Domain) -> Tenant:
    """Return the tenant of `domain` as requests will know it, also before it is served; in plain looks."""
    broker = domain.broker
    return Tenant(
        broker_id=broker.id,
        slug=broker.slug,
        name=broker.name,
        host=domain.host,
        product=domain.product,
        dashboard_url=broker.dashboard_url,
        session_idle=timedelta(minutes=broker.session_idle_minutes),
        session_absolute=timedelta(hours=broker.session_hours),
        max_cards=broker.max_cards,
        look=Look(primary="", primary_dark="", font="", logo_version=""),
    )


def served_hosts() -> frozenset[str]:
    """Return every host of a Broker that is served and so may have a certificate; only the owner sees them all."""
    served = Domain.objects.filter(state__in=Domain.SERVED, broker__active=True)
    return frozenset(served.values_list("host", flat=True))


def remembered(host: str) -> Tenant | None:
    """Return the tenant that is remembered for `host`, however long ago, without asking the database."""
    found = _remembered.get(host)
    return found[1] if found else None


def forget() -> None:
    """Drop what is remembered (after a change made by this very process, and between tests)."""
    _remembered.clear()
    _version.read_at = -math.inf


def _tenant(row: dict[str, Any]) -> Tenant:
    return Tenant(
        broker_id=UUID(row["broker_id"]),
        slug=row["slug"],
        name=row["name"],
        host=row["host"],
        product=row["product"],
        dashboard_url=row["dashboard_url"],
        session_idle=timedelta(minutes=row["session_idle_minutes"]),
        session_absolute=timedelta(hours=row["session_hours"]),
        max_cards=row["max_cards"],
        look=Look(
            primary=row["primary"],
            primary_dark=row["primary_dark"],
            font=row["font"],
            logo_version=row["logo_version"],
            texts=row["texts"],
            corners=row["corners"],
            languages=tuple(row["languages"] or Look.languages),
            default_language=row["default_language"],
        ),
    )
