"""What a look at a domain means for its state: pending → verified → active ⇄ failing (Card Details, section 6)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from imin.brokers.findings import Result, Status
from imin.brokers.models import Domain
from imin.ground import hosts, outbox
from imin.ground.database import role
from imin.ground.log import logger

ALERT = "brokers.domain_alert"
FAILURES_BEFORE_ALERT = 3
State = Domain.State


def settle(*, domain: Domain, results: Sequence[Result], now: datetime, by_hand: bool = False) -> Domain:
    """Move the stored domain by what was found, and store an alert when it begins to fail or has recovered.

    A look `by_hand` may mend a state and never worsens it: three looks in a minute are not three failed checks. Nor
    does one in which the DNS did not answer us: that is our own trouble, and would be every Broker's at once. Returns
    the domain as it is now.
    """
    with transaction.atomic(using=role()):
        stored = Domain.objects.select_for_update().filter(pk=domain.pk).first()
        if not stored:
            return domain  # deleted while it was looked at
        if stored.state != State.REMOVED and stored.proof == domain.proof:
            before = stored.state
            _move(stored, {result.name: result for result in results}, now, by_hand=by_hand)
            if State.FAILING in {before, stored.state} and before != stored.state:
                _alert(stored, now)
            stored.save()
    log = logger(__name__).warning if stored.problem else logger(__name__).info
    log("domain_checked", host=stored.host, state=stored.state, problem=stored.problem, failures=stored.failures)
    return stored


def _move(domain: Domain, results: dict[str, Result], now: datetime, *, by_hand: bool) -> None:
    wrong = _faults(results)
    blind = results["cname"].finding.status == Status.NOT_CHECKED and not hosts.on_this_machine(domain.host)
    domain.problem = " ".join(wrong)[:500]
    if not by_hand:
        domain.checked_at = now
    if domain.state == State.PENDING:
        if results["proof"].finding.status == Status.OK:
            _enter(domain, State.VERIFIED, now)
    elif not wrong and results["reach"].finding.status == Status.OK:
        domain.failures = 0
        if domain.state != State.ACTIVE:
            _enter(domain, State.ACTIVE, now)
    elif wrong and not blind and not by_hand and domain.state != State.VERIFIED:
        domain.failures = min(domain.failures + 1, 1000)
        if domain.state == State.ACTIVE and domain.failures >= FAILURES_BEFORE_ALERT:
            _enter(domain, State.FAILING, now)


def _faults(results: dict[str, Result]) -> list[str]:
    """Return what stands in the way of serving: no way in, or no sign left that the name is the Broker's."""
    bad = [results[name].finding for name in ("certificate", "reach")]
    named, proved = (results[name].finding for name in ("cname", "proof"))
    if named.status in {Status.WRONG, Status.WARNING} and proved.status in {Status.WRONG, Status.WARNING}:
        bad += [named, proved]
    return [finding.found for finding in bad if finding.status in {Status.WRONG, Status.WARNING}]


def _enter(domain: Domain, state: Domain.State, now: datetime) -> None:
    logger(__name__).warning("domain_state", host=domain.host, before=domain.state, after=state, why=domain.problem)
    domain.state, domain.state_since, domain.failures = state, now, 0


def _alert(domain: Domain, now: datetime) -> None:
    what = {"host": domain.host, "state": domain.state, "problem": domain.problem, "since": f"{now:%d %B %Y %H:%M} UTC"}
    for to in ("operators", "broker") if domain.broker.alert_mail else ("operators",):
        outbox.put(kind=ALERT, broker_id=domain.broker_id, payload={"to": to, **what}, now=now)
