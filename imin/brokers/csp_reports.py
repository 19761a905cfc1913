"""What browsers were kept from loading on a Broker's pages: their reports, counted by day, and nothing else of them.

Anybody can send one, so a report is a hint and never a proof. Content Security Policy 3, 5.3 and 5.5; Reporting API.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.brokers.models import BlockedByPolicy
from imin.ground import clock
from imin.ground.client_address import network_of_sender
from imin.ground.database import role
from imin.ground.log import logger
from imin.ground.rates import TooManyRequestsError, take

KEPT = timedelta(days=90)
_LARGEST = 16 * 1024
_MOST_AT_ONCE = 10
_MOST_A_DAY = 200  # different ones, of one Broker; what comes after is counted as OTHER
_OF_ADDRESS, _OF_HOST = (1.0, 30), (10.0, 200)
OTHER = "other"
_DIRECTIVE = re.compile(
    r"(?:default|script|style|img|font|connect|frame|child|worker|object|media|manifest)-src(?:-elem|-attr)?"
    r"|form-action|frame-ancestors|base-uri|sandbox"
)
_WORDS = {"inline", "eval", "wasm-eval", "data", "blob", "self"}
_COUNT = """
    INSERT INTO brokers_blockedbypolicy (broker_id, day, directive, blocked, count, last_at)
    SELECT %(broker)s, %(day)s, %(directive)s,
        CASE WHEN %(most)s > (
            SELECT count(*) FROM brokers_blockedbypolicy WHERE broker_id = %(broker)s AND day = %(day)s
        ) OR EXISTS (
            SELECT FROM brokers_blockedbypolicy WHERE broker_id = %(broker)s AND day = %(day)s
                AND directive = %(directive)s AND blocked = %(blocked)s
        ) THEN %(blocked)s ELSE %(other)s END, 1, %(now)s
    ON CONFLICT (broker_id, day, directive, blocked)
    DO UPDATE SET count = brokers_blockedbypolicy.count + 1, last_at = excluded.last_at
    RETURNING count
"""


@csrf_exempt  # a browser sends it by itself; it must still come from this very origin
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Count what a browser reports, and say 204; 400, 413 or 429 for what is no report or too much."""
    try:
        take("csp report", network_of_sender(request), _OF_ADDRESS)
        take("csp report", request.tenant.host, _OF_HOST)  # type: ignore[attr-defined]
    except TooManyRequestsError as refusal:
        return HttpResponse(status=429, headers={"Retry-After": str(refusal.retry_after_seconds)})
    if len(request.body) > _LARGEST:
        return HttpResponse(status=413)
    found = set(_read(request.body))
    if not found:
        return HttpResponse(status=400)
    for directive, blocked in sorted(found)[:_MOST_AT_ONCE]:
        _count(request.tenant, directive, blocked, clock.now())  # type: ignore[attr-defined]
    return HttpResponse(status=204)


def forget_old(*, now: datetime) -> int:
    """Drop counts of long ago; return how many. As the owner."""
    return BlockedByPolicy.objects.filter(day__lt=(now - KEPT).date()).delete()[0]


def _read(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield directive and origin of each report, from `report-uri`'s JSON and from the Reporting API's."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    for report in said if isinstance(said, list) else [said]:
        inner = report.get("csp-report", report.get("body")) if isinstance(report, dict) else None
        if isinstance(inner, dict):
            yield _directive(inner), _origin(inner.get("blocked-uri", inner.get("blockedURL")))


def _directive(report: dict[str, Any]) -> str:
    names = ("effective-directive", "effectiveDirective", "violated-directive")
    told = next((report[name] for name in names if isinstance(report.get(name), str)), "")
    name = told.partition(" ")[0]
    return name if _DIRECTIVE.fullmatch(name) else OTHER


def _origin(blocked: object) -> str:
    """Return scheme and host of what was blocked: a path or query may hold anything."""
    if not isinstance(blocked, str):
        return OTHER
    if blocked in _WORDS:
        return blocked
    try:
        parts = urlsplit(blocked)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return OTHER
    if parts.scheme in {"data", "blob"}:
        return parts.scheme
    host = parts.hostname or ""
    if not re.fullmatch(r"[a-z]{2,20}", parts.scheme) or not re.fullmatch(r"[a-z0-9.:-]{1,200}", host):
        return OTHER
    return f"{parts.scheme}://{host}{port}"


def _count(tenant: Tenant, directive: str, blocked: str, now: datetime) -> None:
    values: dict[str, Any] = {
        "broker": tenant.broker_id,
        "day": now.date(),
        "directive": directive,
        "blocked": blocked,
        "now": now,
        "most": _MOST_A_DAY,
        "other": OTHER,
    }
    with acting(tenant.broker_id), connections[role()].cursor() as cursor:
        cursor.execute(_COUNT, values)
        count = cursor.fetchone()[0]
    if count == 1:  # the first of the day; the console has how many follow
        logger(__name__).warning("blocked_by_policy", broker=tenant.slug, directive=directive, blocked=blocked)
