"""`/healthz` on any host: what is up, without secrets (database, queue, payment service)."""

import time
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout

from imin.ground import clock
from imin.ground.database import role
from imin.payments.health import ping

_QUEUE_SILENCE = timedelta(seconds=60)
_PING_EVERY_SECONDS = 10
_last_ping: list[tuple[float, bool]] = []


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when all is up, 503 when something is not; the body says which."""
    del request
    database, queue = _database_and_queue()
    parts = {"database": database, "queue": queue, "payments": _payments()}
    words = {name: "up" if up else "down" for name, up in parts.items()}
    return JsonResponse(words, status=200 if all(parts.values()) else 503, headers={"Cache-Control": "no-store"})


def _database_and_queue() -> tuple[bool, bool]:
    try:
        with connections[role()].cursor() as cursor:
            cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
            last = cursor.fetchone()[0]
    except (DatabaseError, InterfaceError, PoolTimeout):
        return False, False
    return True, bool(last and clock.now() - last < _QUEUE_SILENCE)


def _payments() -> bool:
    if not _last_ping or time.monotonic() - _last_ping[0][0] > _PING_EVERY_SECONDS:
        _last_ping[:] = [(time.monotonic(), ping())]
    return _last_ping[0][1]
