"""The outbox: every effect on the outside world is stored with its cause, then done at least once.

`put` inside the transaction of the cause; a job calls `drain` with the handler of one kind. A crash between
doing and marking does it again, so a handler must be idempotent; the row's id is its idempotency key.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import F, Q

from imin.ground.database import role
from imin.ground.errors import RetryLaterError
from imin.ground.log import logger

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
_LONGEST_WAIT = timedelta(hours=1)


class Effect(models.Model):
    """One thing to be done outside: kind, its Broker, what is needed to do it, and when."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "outbox"
        indexes = [models.Index(fields=["kind", "due_at"], condition=Q(done_at=None), name="outbox_due")]


def put(*, kind: str, broker_id: UUID, payload: dict[str, Any], now: datetime, due_at: datetime | None = None) -> UUID:
    """Store an effect in the caller's transaction, to be done at `due_at` (at once when left out)."""
    return Effect.objects.create(
        kind=kind, broker_id=broker_id, payload=payload, created_at=now, due_at=due_at or now
    ).id


def put_many(*, kind: str, effects: Iterable[tuple[UUID, UUID, dict[str, Any]]], now: datetime) -> None:
    """Store many effects at once, each with its id, Broker and payload, in the caller's transaction; due at once."""
    Effect.objects.bulk_create(
        Effect(id=id_, kind=kind, broker_id=broker_id, payload=payload, created_at=now, due_at=now)
        for id_, broker_id, payload in effects
    )


def drain(*, kind: str, now: datetime, handle: Callable[[Effect], None], most: int = 100) -> int:
    """Do every effect of `kind` that is due; return how many were done.

    `handle` raises `RetryLaterError` to be called again later, with growing pauses. Several workers may drain at once.
    """
    done = 0
    for _ in range(most):
        effect = _lease(kind, now)
        if effect is None:
            break
        try:
            handle(effect)
        except RetryLaterError as failure:
            wait = min(timedelta(seconds=5 * 2**effect.attempts), _LONGEST_WAIT)
            _mark(effect, due_at=now + wait, leased_until=None, last_error=str(failure)[:300])
            logger(__name__).warning("effect_postponed", kind=kind, effect=str(effect.id), reason=str(failure))
        else:
            _mark(effect, done_at=now, leased_until=None, last_error="")
            done += 1
    return done


def forget_done(*, now: datetime) -> int:
    """Delete the effects that were done more than `KEPT` ago; return how many there were."""
    return Effect.objects.filter(done_at__lt=now - KEPT).delete()[0]


def _lease(kind: str, now: datetime) -> Effect | None:
    """Take one due effect for ourselves in a short transaction; a crashed holder loses it after `LEASE`.

    One at a time, so that an effect whose handler fails in an unknown way holds up no other.
    """
    with transaction.atomic(using=role()):
        free = Effect.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now))
        due = free.filter(kind=kind, done_at=None, due_at__lte=now).order_by("due_at")
        effect = due.select_for_update(skip_locked=True).first()
        if effect:
            Effect.objects.filter(id=effect.id).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    return effect


def _mark(effect: Effect, **values: Any) -> None:
    with transaction.atomic(using=role()):
        Effect.objects.filter(id=effect.id).update(**values)
