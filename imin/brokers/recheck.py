"""Looking at domains again, each as often as its state asks for."""

from datetime import datetime, timedelta
from time import monotonic

from django.db.models import F, Q, QuerySet

from imin.brokers.domain_steps import DOMAIN_STEPS, Visit
from imin.brokers.findings import Result, Told, examine, nobody_waits
from imin.brokers.models import Domain
from imin.brokers.settle import settle

UNSETTLED = timedelta(minutes=10)
AFTER_A_FAILURE = timedelta(minutes=15)
FAILING = timedelta(hours=1)
SETTLED = timedelta(days=1)
PATIENCE = timedelta(days=7)
_MOST_AT_ONCE = 50
_SECONDS_AT_MOST = 60


def recheck_due(*, now: datetime) -> int:
    """Look at domains that are due, the longest overdue first, and settle their states; return how many.

    After a minute the rest waits for the next time, so that slow ones do not hold the worker up.
    """
    due = _due(now).select_related("broker").order_by(F("checked_at").asc(nulls_first=True))[:_MOST_AT_ONCE]
    started, done = monotonic(), 0
    for domain in due:
        if monotonic() - started > _SECONDS_AT_MOST:
            break
        recheck(domain=domain, now=now)
        done += 1
    return done


def recheck(*, domain: Domain, now: datetime, by_hand: bool = False, told: Told = nobody_waits) -> list[Result]:
    """Look at one domain from outside and settle its state; return what was found, as `examine` does."""
    results = examine(DOMAIN_STEPS, Visit(domain, now), told)
    settle(domain=domain, results=results, now=now, by_hand=by_hand)
    return results


def _due(now: datetime) -> "QuerySet[Domain]":
    state = Domain.State
    waits = [
        (Q(state__in=[state.PENDING, state.VERIFIED], state_since__gt=now - PATIENCE), UNSETTLED),
        (Q(state__in=[state.PENDING, state.VERIFIED]), SETTLED),
        (Q(state=state.ACTIVE, failures__gt=0), AFTER_A_FAILURE),
        (Q(state=state.ACTIVE), SETTLED),
        (Q(state=state.FAILING), FAILING),
    ]
    due = Q(checked_at=None)
    for which, wait in waits:
        due |= which & Q(checked_at__lte=now - wait)
    return Domain.objects.filter(due, broker__active=True).exclude(state=state.REMOVED)
