"""The whole examination of one Broker: domain, sign-in, pages (Card Details, section 6)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from imin.brokers.claim import live_domain
from imin.brokers.findings import Result, Status, Told, examine, missing
from imin.brokers.front_door import Tenant, tenant_as
from imin.brokers.models import Broker, Domain, OpenIdSettings
from imin.brokers.page_steps import PAGE_STEPS
from imin.brokers.recheck import recheck
from imin.identity.client_steps import CLIENT_STEPS, Client
from imin.identity.sign_in_steps import DISCOVERY_STEPS


@dataclass(frozen=True)
class Report:
    """What was found, by section; `links` are what only a person can try."""

    slug: str
    name: str
    sections: dict[str, list[Result]]
    links: dict[str, str]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong; warnings may remain."""
        return not self.count(Status.WRONG)

    def count(self, status: Status) -> int:
        """Return how many steps came to `status`."""
        return sum(result.finding.status == status for results in self.sections.values() for result in results)

    @property
    def summary(self) -> str:
        """How many steps came to what, for example "18 ok, 2 warning"."""
        counted = {status: self.count(status) for status in Status}
        return ", ".join(f"{count} {status}" for status, count in counted.items() if count) + "."

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        sections = {
            heading: [{"step": result.name, "title": result.title, **asdict(result.finding)} for result in results]
            for heading, results in self.sections.items()
        }
        return {"broker": self.slug, "well": self.well, "sections": sections, "links": self.links}


Tell = Callable[[str, Result], None]


def _nobody_waits(_heading: str, _result: Result) -> None:
    pass


def examine_broker(broker: Broker, *, now: datetime, tell: Tell = _nobody_waits) -> Report:
    """Look at all that a Broker and we have set up, over the network, and mend the domain's state if it is well.

    Takes seconds; a minute when others are slow. As the owner, outside a transaction. `tell` is called with each
    section's heading and result as soon as it is there.
    """
    sections: dict[str, list[Result]] = {}

    def found(heading: str) -> Told:
        sections[heading] = []

        def keep(result: Result) -> None:
            sections[heading].append(result)
            tell(heading, result)

        return keep

    domain = live_domain(broker.id, Domain.Product.CARDS)
    if not domain:
        change = "Add its host name, such as cards.acmebroker.com, to the Broker in the console."
        found("Domain")(missing("domain", "The Broker has a domain", "There is none.", change))
        examine(PAGE_STEPS, broker, found("Pages"))
        return Report(broker.slug, broker.name, sections, {})
    tenant = tenant_as(domain)
    recheck(domain=domain, now=now, by_hand=True, told=found("Domain"))
    _sign_in(tenant, now, found("Signing in"))
    examine(PAGE_STEPS, broker, found("Pages"))
    links = {"Test sign-in, in a new tab": f"{tenant.origin}/oidc/start?again=1&return=%2Fedit"}
    return Report(broker.slug, broker.name, sections, links)


def _sign_in(tenant: Tenant, now: datetime, told: Told) -> None:
    settings = OpenIdSettings.objects.filter(broker_id=tenant.broker_id).first()
    if not settings:
        change = "Enter issuer, client id and the rest in the console."
        told(missing("settings", "The Broker has sign-in settings", "There are none.", change))
        return
    client = Client(tenant, settings, now)
    examine(DISCOVERY_STEPS, client, told)
    examine(CLIENT_STEPS, client, told)


_MARKS = {Status.OK: "✓", Status.WARNING: "!", Status.WRONG: "✗", Status.NOT_CHECKED: "–"}


def as_text(report: Report) -> str:
    """Return the report for a terminal."""
    lines = []
    for heading, results in report.sections.items():
        lines += ["", heading]
        for result in results:
            lines += _lines(result)
    lines += ["", *(f"{name}: {url}" for name, url in report.links.items()), f"{report.name}: {report.summary}"]
    return "\n".join(lines[1:])


def _lines(result: Result) -> list[str]:
    finding = result.finding
    lines = [f"  {_MARKS[finding.status]} {result.title}", f"      {finding.found}"]
    if finding.expected:
        lines.append(f"      Expected: {finding.expected}")
    if finding.change:
        lines.append(f"      Change: {finding.change}")
    return lines + [f"        {name}: {text}" for name, text in finding.paste]
