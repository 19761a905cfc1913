"""What must be so for a Broker's domain to work, from the outside in (Card Details, section 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings

from imin.brokers import probe
from imin.brokers.findings import Finding, NotCheckedError, ok, step, warning, wrong
from imin.brokers.models import Domain
from imin.ground import dns, hosts, http, tls

_LONGEST_CHAIN = 8


@dataclass
class Visit:
    """One look at a domain; what the DNS said is remembered for its other steps."""

    domain: Domain
    now: datetime

    @cached_property
    def chain(self) -> list[str]:
        """The names to which the host leads by `CNAME` records, one after the other."""
        names = [self.domain.host]
        while len(names) < _LONGEST_CHAIN and (more := dns.records(names[-1], "CNAME")):
            names.append(more[0].lower())
        return names[1:]

    @cached_property
    def addresses(self) -> set[str]:
        """The addresses at which the host is found."""
        return dns.addresses(self.domain.host)

    @cached_property
    def our_addresses(self) -> set[str]:
        """The addresses at which the domain's target is found: ours."""
        return dns.addresses(self.domain.target)


@step("The name that we give leads to us")
def target(visit: Visit) -> Finding:
    """Look the target up: it is the platform's own DNS."""
    _demand_dns(visit)
    if visit.our_addresses:
        return ok(f"{visit.domain.target} is at {_list(visit.our_addresses)}.")
    return wrong(
        f"{visit.domain.target} has no address.",
        expected=f"Every name under {settings.DOMAIN_TARGETS} has the addresses of this platform's edge.",
        change="This is for whoever runs the platform: make a wildcard record.",
        paste=((f"Name of the record under {settings.PLATFORM_DOMAIN}", f"*.{settings.DOMAIN_TARGETS}"),),
    )


@step("The Broker's DNS leads to us (CNAME)")
def cname(visit: Visit) -> Finding:
    """Look for the target among the names to which the host leads."""
    _demand_dns(visit)
    domain = visit.domain
    if domain.target in visit.chain:
        return ok(f"{domain.host} leads to {domain.target}.")
    expected, paste = f"A CNAME record from {domain.host} to {domain.target}.", _pasted(domain, "CNAME")
    if visit.chain:
        last = visit.chain[-1]
        whose = "a target of another domain" if last.endswith(f".{settings.DOMAIN_TARGETS}") else "elsewhere"
        change = "Change the record's value. Every domain has a target of its own, also one that was removed before."
        return wrong(f"{domain.host} leads to {last}: {whose}.", expected=expected, change=change, paste=paste)
    if not visit.addresses:
        change = "Make the record at whoever hosts the Broker's DNS."
        return wrong(f"{domain.host} does not exist in the DNS.", expected=expected, change=change, paste=paste)
    if visit.addresses & visit.our_addresses:
        return warning(
            f"{domain.host} has our addresses as records of its own: {_list(visit.addresses)}.",
            expected=expected,
            change="Replace the address records by the CNAME: it follows when our addresses change.",
            paste=paste,
        )
    return warning(
        f"{domain.host} is at {_list(visit.addresses)}, which are not ours: another server, or a proxy in front.",
        expected=expected,
        change="Make the CNAME record, and switch off a proxy for this name (“DNS only”): whoever runs it can read "
        "what Customers send, and our certificate cannot be renewed.",
        paste=paste,
    )


@step("The Broker has proved that the name is theirs (TXT)")
def proof(visit: Visit) -> Finding:
    """Look for the proof in the DNS."""
    _demand_dns(visit)
    domain = visit.domain
    found = [text.strip() for text in dns.records(domain.challenge, "TXT")]
    if domain.proof in found:
        return ok(f"{domain.challenge} holds the proof.")
    said = f"{domain.challenge} holds {_list(text[:80] for text in found)}." if found else ""
    tell = wrong if domain.state == Domain.State.PENDING else warning
    return tell(
        said or f"There is no TXT record at {domain.challenge}.",
        expected="A TXT record that holds the proof of this domain.",
        change="Make the record, and leave it there: it keeps others from claiming the name. Some DNS services add the "
        "domain to the name by themselves; then leave that part out.",
        paste=_pasted(domain, "TXT"),
    )


@step("Certificates may be issued for it (CAA)")
def authorities(visit: Visit) -> Finding:
    """Find the CAA records that count: of the name, or of the nearest name above it (RFC 8659, section 3)."""
    _demand_dns(visit)
    ours = settings.CERTIFICATE_AUTHORITIES
    if not ours:
        raise NotCheckedError("IMIN_CERTIFICATE_AUTHORITIES names nobody.")
    labels = visit.domain.host.split(".")
    for depth in range(len(labels)):
        name = ".".join(labels[depth:])
        records = [record.split(maxsplit=2) for record in dns.records(name, "CAA")]
        issuing = [value.strip('"') for _flags, tag, value in records if tag.lower() == "issue"]
        if not records:
            continue
        if not issuing or {value.partition(";")[0].strip() for value in issuing} & set(ours):
            return ok(f"The CAA records of {name} allow {_list(ours)}.")
        return wrong(
            f"The CAA records of {name} allow only {_list(value.strip('; ') or 'nobody' for value in issuing)}.",
            expected=f"{_list(ours)} may issue certificates for {visit.domain.host}.",
            change="Add one more CAA record; the others may stay.",
            paste=(("CAA record: name", name), ("CAA record: value", f'0 issue "{ours[0]}"')),
        )
    return ok("There are no CAA records: every authority may issue.")


@step("The certificate is good")
def certificate(visit: Visit) -> Finding:
    """Look at the certificate as a browser would."""
    domain = _served(visit)
    if settings.PUBLIC_SCHEME != "https":
        raise NotCheckedError("This platform serves plain HTTP: it is a development machine.")
    expected = f"A certificate for {domain.host} from {_list(settings.CERTIFICATE_AUTHORITIES)}."
    try:
        shown = tls.certificate_of(domain.host, settings.PUBLIC_PORT)
    except (http.UnreachableError, http.RefusedAddressError) as failure:
        return wrong(
            f"No certificate was shown ({failure}).",
            expected=expected,
            change="The edge asks for it at the first visit, once the DNS leads here. If that was minutes ago, look "
            "into the edge's log.",
        )
    about = f"It is from {shown.issuer}, for {_list(shown.names)}, until {shown.expires_at:%-d %B %Y}"
    if shown.fault:
        change = "Mend the steps above; if they are well, look into the edge's log."
        return wrong(f"{about}, but browsers refuse it: {shown.fault}.", expected=expected, change=change)
    if shown.runs_out(visit.now):
        change = "Look into the edge's log, and at the steps above."
        return warning(f"{about}: soon.", expected="It has been renewed by now.", change=change)
    return ok(f"{about}.")


@step("The address really leads to this platform")
def reach(visit: Visit) -> Finding:
    """Ask the host, as a Customer's browser would, what only this platform can answer."""
    domain = _served(visit)
    url, expected = hosts.origin(domain.host) + probe.PATH, "An answer that only this platform can give."
    try:
        ours, said = probe.leads_here(domain.host)
    except (http.UnreachableError, http.RefusedAddressError) as failure:
        return wrong(
            f"{url} could not be asked: {str(failure).rpartition(': ')[2]}.",
            expected=expected,
            change="Mend the steps above first. If they are well: is the edge up, and does it pass this host on?",
        )
    if ours:
        return ok(f"{url} is answered by this platform.")
    return wrong(
        f"{url} answers {said.status}, and not as this platform would.",
        expected=expected,
        change="Another server, or a proxy, answers for the name, or something in front takes our path or the Host "
        "header away. Let every path through as it comes.",
    )


DOMAIN_STEPS = (target, cname, proof, authorities, certificate, reach)


def _demand_dns(visit: Visit) -> None:
    if hosts.on_this_machine(visit.domain.host):
        raise NotCheckedError("Names under localhost are this machine and need no DNS.")


def _served(visit: Visit) -> Domain:
    if visit.domain.state not in Domain.SERVED:
        raise NotCheckedError("We serve the domain once the Broker has proved that it is theirs.")
    if not visit.domain.broker.active:
        raise NotCheckedError("The Broker is not active, so its pages answer 404.")
    return visit.domain


def _pasted(domain: Domain, kind: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{one} record: {part}", text) for one, part, text in domain.dns_records if one == kind)


def _list(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))
