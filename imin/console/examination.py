"""An examination that an operator asked for: kept while a job takes it, step by step, so that its page can show it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from imin.brokers.findings import Finding, Result, Status
from imin.brokers.models import Broker
from imin.console.doctor import Report, examine_broker
from imin.console.models import BrokerCheck

BROKEN_OFF = timedelta(minutes=5)  # by far longer than one takes, also when everybody is slow


class Stage(StrEnum):
    """How far an examination is."""

    WAITING = "waiting"
    UNDER_WAY = "under way"
    BROKEN_OFF = "broken off"
    DONE = "done"


def ask(*, broker: Broker, now: datetime) -> bool:
    """Ask for an examination, in place of the last one; False when one is under way already."""
    last = BrokerCheck.objects.filter(broker=broker).first()
    if last and stage(last, now=now) in {Stage.WAITING, Stage.UNDER_WAY}:
        return False
    fresh: dict[str, Any] = {"asked_at": now, "begun_at": None, "ended_at": None, "findings": [], "links": {}}
    BrokerCheck.objects.update_or_create(broker=broker, defaults=fresh)
    return True


def take(*, broker_id: UUID, now: datetime) -> None:
    """Take the examination that was asked for, keeping each finding as soon as it is there; again after a crash."""
    mine = BrokerCheck.objects.filter(broker_id=broker_id)
    broker = Broker.objects.filter(pk=broker_id).first()
    if not broker or not mine.filter(ended_at=None).update(begun_at=now, findings=[]):
        return
    findings: list[dict[str, Any]] = []

    def keep(heading: str, result: Result) -> None:
        findings.append({"heading": heading, "name": result.name, "title": result.title, **asdict(result.finding)})
        mine.update(findings=findings)

    report = examine_broker(broker, now=now, tell=keep)
    mine.update(ended_at=now, links=report.links)


def stage(check: BrokerCheck, *, now: datetime) -> Stage:
    """Say how far `check` is."""
    if check.ended_at:
        return Stage.DONE
    if now - (check.begun_at or check.asked_at) > BROKEN_OFF:
        return Stage.BROKEN_OFF
    return Stage.UNDER_WAY if check.begun_at else Stage.WAITING


def report_of(check: BrokerCheck) -> Report:
    """Return what was found so far."""
    sections: dict[str, list[Result]] = {}
    for kept in check.findings:
        values = dict(kept)
        heading, name, title = (values.pop(key) for key in ("heading", "name", "title"))
        pairs = tuple((label, text) for label, text in values.pop("paste"))
        finding = Finding(Status(values.pop("status")), paste=pairs, **values)
        sections.setdefault(heading, []).append(Result(name, title, finding))
    return Report(check.broker.slug, check.broker.name, sections, check.links)
