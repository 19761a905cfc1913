"""The whole examination of one Broker: domain, sign-in, pages (Card Details, section 6)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from imin.brokers.claim import live_domain
from imin.brokers.findings import Result, Status, examine, missing
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


def examine_broker(broker: Broker, *, now: datetime) -> Report:
    """Look at all that a Broker and we have set up, over the network, and mend the domain's state if it is well.

    Takes seconds; a minute when others are slow. As the owner, outside a transaction.
    """
    domain = live_domain(broker.id, Domain.Product.CARDS)
    if not domain:
        change = "Add its host name, such as cards.acmebroker.com, to the Broker in the console."
        none = missing("domain", "The Broker has a domain", "There is none.", change)
        return Report(broker.slug, broker.name, {"Domain": [none], "Pages": examine(PAGE_STEPS, broker)}, {})
    tenant = tenant_as(domain)
    sections = {
        "Domain": recheck(domain=domain, now=now, by_hand=True),
        "Signing in": _sign_in(tenant, now),
        "Pages": examine(PAGE_STEPS, broker),
    }
    links = {"Test sign-in, in a new tab": f"{tenant.origin}/oidc/start?again=1&return=%2Fedit"}
    return Report(broker.slug, broker.name, sections, links)


def _sign_in(tenant: Tenant, now: datetime) -> list[Result]:
    settings = OpenIdSettings.objects.filter(broker_id=tenant.broker_id).first()
    if not settings:
        change = "Enter issuer, client id and the rest in the console."
        return [missing("settings", "The Broker has sign-in settings", "There are none.", change)]
    client = Client(tenant, settings, now)
    return examine(DISCOVERY_STEPS, client) + examine(CLIENT_STEPS, client)


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
