"""The payment service's webhooks: verified and stored at once, followed by a job a moment later."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from imin.ground.database import role
from imin.ground.errors import RetryLaterError
from imin.ground.log import logger
from imin.payments.errors import PaymentServiceRefusedError
from imin.payments.follow import follow_failure, follow_payer, follow_setup, follow_token
from imin.payments.gateways.base import Decline, EventSubject, FailedTry
from imin.payments.gateways.chosen import gateway
from imin.payments.models import GatewayEvent

_LEASE = timedelta(minutes=1)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_KEPT = timedelta(days=30)  # the payment service repeats an event for some days; after that it is not a duplicate


def receive(*, body: bytes, signature: str, now: datetime) -> bool:
    """Store a webhook once, and say whether there is something to follow; what is of no interest is not stored.

    Raises `BadSignatureError`.
    """
    event = gateway().event(body=body, signature=signature)
    if event is None:
        return False
    row = GatewayEvent(
        event=event.id,
        account=event.account,
        kind=event.subject,
        subject=event.reference,
        received_at=now,
        due_at=now,
        bank_did_it_at=event.bank_did_it_at,
        failed=asdict(event.failed) if event.failed else None,
    )
    GatewayEvent.objects.bulk_create([row], ignore_conflicts=True)
    return True


def handle_due(*, now: datetime, most: int = 200) -> int:
    """Follow the stored events that are due; return how many are done. As the owner; several at once are fine."""
    done = 0
    for _ in range(most):
        event = _take(now)
        if event is None:
            break
        done += _handle(event, now)
    return done


def forget_old(*, now: datetime) -> int:
    """Drop events that were handled long ago; return how many. As the owner."""
    return GatewayEvent.objects.filter(handled_at__lt=now - _KEPT).delete()[0]


def _take(now: datetime) -> GatewayEvent | None:
    """Take one event for ourselves; a crashed holder loses it after the lease, so one bad event stops no other."""
    with transaction.atomic(using=role()):
        event = (
            GatewayEvent.objects.filter(handled_at=None, due_at__lte=now)
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
            .first()
        )
        if event:
            event.due_at, event.attempts = now + _LEASE, event.attempts + 1
            event.save(update_fields=["due_at", "attempts"])
    return event


def _failed(stored: dict[str, Any]) -> FailedTry:
    return FailedTry(**{**stored, "decline": Decline(stored["decline"])})


def _follow(event: GatewayEvent, now: datetime) -> None:
    match EventSubject(event.kind):
        case EventSubject.SETUP:
            follow_setup(account=event.account, reference=event.subject, now=now)
        case EventSubject.CARD:
            by_bank = event.bank_did_it_at
            follow_token(account=event.account, reference=event.subject, now=now, bank_did_it_at=by_bank)
        case EventSubject.PAYER:
            follow_payer(account=event.account, reference=event.subject, now=now)


def _handle(event: GatewayEvent, now: datetime) -> bool:
    if event.failed:
        follow_failure(account=event.account, reference=event.subject, failed=_failed(event.failed), now=now)
    try:
        _follow(event, now)
    except (RetryLaterError, PaymentServiceRefusedError) as failure:
        event.due_at = now + min(_FIRST_WAIT * 2 ** min(event.attempts - 1, 12), _LONGEST_WAIT)
        event.last_error = str(failure)[:300]
        logger(__name__).warning("event_postponed", gateway_event=event.event, reason=event.last_error)
    else:
        event.handled_at, event.last_error = now, ""
    event.save(update_fields=["due_at", "last_error", "handled_at"])
    return event.handled_at is not None
