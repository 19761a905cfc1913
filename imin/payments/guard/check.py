"""Asking the guard before a card is added: one read, which decides between going on, a challenge, a wait and no.

Each inside `acting` for the Customer, whose walls show no other Customer's holds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections

from imin.ground.database import role
from imin.payments.errors import AddingSlowedError, AddingStoppedError
from imin.payments.models import CardHold

_UNFINISHED_WITHIN = timedelta(hours=1)
_UNFINISHED_WAIT = timedelta(minutes=10)
_READ = """
    SELECT max(step), max(wait_until), max(until) FILTER (WHERE step = %(stop)s),
        (SELECT count(*) FROM payments_cardsetup
         WHERE customer_id = %(customer)s AND status <> 'saved' AND created_at > %(recent)s)
    FROM payments_cardhold
    WHERE broker_id = %(broker)s AND lifted_at IS NULL AND until > %(now)s AND (
        whose = 'broker' OR (whose = 'customer' AND customer_id = %(customer)s)
        OR (whose = 'address' AND network = %(network)s))
"""


@dataclass(frozen=True)
class Guarded:
    """Who wants to add a card, from where (`client_address.network_of_sender`)."""

    broker_id: UUID
    customer_id: UUID
    network: str
    broker_name: str


def refuse_stopped(who: Guarded, *, now: datetime) -> None:
    """Raise `AddingStoppedError` while the person, their address or their Broker is stopped."""
    _refuse_stopped(who, _read(who, now)[2], now)


def demand(who: Guarded, *, now: datetime) -> bool:
    """Say whether the bank has to challenge the person who adds a card now.

    Raises `AddingStoppedError`, and `AddingSlowedError` while they have to wait, also because they began so many
    cards without one being saved (`IMIN_CARD_GUARD_UNFINISHED` an hour).
    """
    step, wait_until, stopped_until, unfinished = _read(who, now)
    _refuse_stopped(who, stopped_until, now)
    if wait_until and wait_until > now:
        raise AddingSlowedError(wait_until - now)
    if unfinished >= settings.CARD_GUARD_UNFINISHED:
        raise AddingSlowedError(_UNFINISHED_WAIT)
    return (step or 0) >= CardHold.Step.CHALLENGE


def _refuse_stopped(who: Guarded, until: datetime | None, now: datetime) -> None:
    if until:
        raise AddingStoppedError(until - now, who.broker_name)


def _read(who: Guarded, now: datetime) -> tuple[int | None, datetime | None, datetime | None, int]:
    with connections[role()].cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "stop": CardHold.Step.STOP,
                "broker": who.broker_id,
                "customer": who.customer_id,
                "network": who.network,
                "now": now,
                "recent": now - _UNFINISHED_WITHIN,
            },
        )
        row: tuple[int | None, datetime | None, datetime | None, int] = cursor.fetchone()
    return row
