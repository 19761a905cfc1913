"""Counting a failed try, and deciding what follows from it. As the owner, where events are followed.

One decision at a time on the whole platform: failures are rare, and two at once must not overlook each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import Q

from imin.brokers.models import Broker
from imin.ground.database import role
from imin.ground.log import logger
from imin.payments.gateways.base import Decline, FailedTry
from imin.payments.guard import alert, limits
from imin.payments.guard.limits import Limits
from imin.payments.history import By, Event, note_without_card
from imin.payments.models import CardFailure, CardHold, CardSetup

KEPT = timedelta(days=30)
_ONE_AT_A_TIME = 7_352_001  # any number that no other advisory lock of ours has
_NO_FAULT = {Decline.TRY_LATER}  # the bank could not look
Whose = CardHold.Whose


@dataclass(frozen=True)
class _Counted:
    """How often something failed of late, and what the limits make of that."""

    what: str
    failures: int
    limits: Limits
    most: int = CardHold.Step.STOP

    @property
    def step(self) -> int:
        return min(self.limits.step(self.failures) or 0, self.most)

    @property
    def because(self) -> str:
        hours = self.limits.window // timedelta(hours=1)
        return f"{self.failures} failed tries {self.what} within {hours} h"


def count(*, setup: CardSetup, failed: FailedTry, now: datetime) -> list[CardHold]:
    """Store a failed try of `setup` once, and return the holds that follow from it; none for one that is known."""
    if failed.decline in _NO_FAULT:
        return []
    with transaction.atomic(using=role()):
        with connections[role()].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if CardFailure.objects.filter(account=setup.account, attempt=failed.attempt).exists():
            return []
        failure = CardFailure.objects.create(
            broker_id=setup.broker_id,
            customer_id=setup.customer_id,
            account=setup.account,
            attempt=failed.attempt,
            fingerprint=failed.fingerprint,
            bin=failed.bin,
            network=setup.network,
            decline=failed.decline,
            failed_at=now,
        )
        note_without_card(
            broker_id=setup.broker_id,
            customer_id=setup.customer_id,
            event=Event.DECLINED,
            by=By.BANK,
            details={"reason": failed.decline},
            now=now,
        )
        return _decided(failure, now)


def forget_old(*, now: datetime) -> int:
    """Drop failures that nothing counts any more, and holds that ended long ago; return how many rows."""
    old = (CardFailure.objects.filter(failed_at__lt=now - KEPT), CardHold.objects.filter(until__lt=now - KEPT))
    return sum(rows.delete()[0] for rows in old)


def _decided(failure: CardFailure, now: datetime) -> list[CardHold]:
    broker = Broker.objects.get(id=failure.broker_id)
    person = {"whose": Whose.CUSTOMER, "customer_id": failure.customer_id}
    address = {"whose": Whose.ADDRESS, "network": failure.network}
    holds = [
        _hold(failure, person, max(_of_person(failure, person, now), key=lambda one: one.step), now),
        _hold(failure, address, _of_address(failure, address, now), now),
        _hold(failure, {"whose": Whose.BROKER}, _of_broker(failure, broker, now), now),
    ]
    return [hold for hold in holds if hold]


def _of_person(failure: CardFailure, person: Mapping[str, object], now: datetime) -> list[_Counted]:
    """Count the person's tries, and those of the card in their hand.

    Whoever tries a card under suspicion is challenged; stopped they are only after some tries of their own, since it
    may be their own card that others try.
    """
    lifted = _lifted_at(failure, person, now)
    mine = Q(customer_id=failure.customer_id)
    own = _counted("by this Customer", mine, limits.of_customer(), lifted, now)
    most = CardHold.Step.STOP if own.step else CardHold.Step.CHALLENGE
    counted = [own]
    if failure.fingerprint:
        card = Q(account=failure.account, fingerprint=failure.fingerprint)
        counted.append(replace(_counted("of this card", card, limits.of_card(), lifted, now), most=most))
    if failure.bin:
        alike = Q(bin=failure.bin)
        counted.append(replace(_counted("of this card's BIN", alike, limits.of_bin(), lifted, now), most=most))
    return counted


def _of_address(failure: CardFailure, address: Mapping[str, object], now: datetime) -> _Counted:
    lifted = _lifted_at(failure, address, now)
    here = Q(network=failure.network) if failure.network else Q(pk=None)
    return _counted("from this address", here, limits.of_address(), lifted, now)


def _of_broker(failure: CardFailure, broker: Broker, now: datetime) -> _Counted:
    lifted = _lifted_at(failure, {"whose": Whose.BROKER}, now)
    return _counted("at this Broker", Q(broker_id=broker.id), limits.of_broker(broker), lifted, now)


def _counted(what: str, which: Q, limit: Limits, lifted: datetime, now: datetime) -> _Counted:
    since = max(now - limit.window, lifted)
    return _Counted(what, CardFailure.objects.filter(which, failed_at__gt=since).count(), limit)


def _lifted_at(failure: CardFailure, subject: Mapping[str, object], now: datetime) -> datetime:
    """Return when an operator last lifted a hold of this subject: what failed before is forgiven."""
    mine = CardHold.objects.filter(broker_id=failure.broker_id, lifted_at__isnull=False, **subject)
    found = mine.order_by("-lifted_at").values_list("lifted_at", flat=True).first()
    return found or now - KEPT


def _hold(failure: CardFailure, subject: Mapping[str, object], counted: _Counted, now: datetime) -> CardHold | None:
    """Bring the subject's live hold to what was counted, or begin one."""
    if not counted.step:
        return None
    live = CardHold.objects.filter(broker_id=failure.broker_id, lifted_at=None, until__gt=now, **subject)
    hold = live.order_by("-until").first()
    before = hold.step if hold else 0
    if hold is None:
        hold = CardHold(broker_id=failure.broker_id, created_at=now, wait_until=now, until=now, **subject)
    hold.step = max(counted.step, before)
    hold.because, hold.changed_at = counted.because, now
    hold.wait_until = max(hold.wait_until, now + counted.limits.wait(counted.failures))
    hold.until = max(hold.until, now + counted.limits.window)
    hold.save()
    if hold.step > before:
        _log(hold)
        if hold.whose == Whose.BROKER:
            alert.tell(hold=hold, now=now)
    return hold


def _log(hold: CardHold) -> None:
    logger(__name__).warning(
        "card_testing_suspected",
        broker=hold.broker.slug,
        whose=hold.whose,
        customer=str(hold.customer_id or ""),
        address=hold.network,
        step=hold.get_step_display(),
        because=hold.because,
    )
