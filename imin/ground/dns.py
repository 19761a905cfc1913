"""The only asker of the DNS: through `IMIN_DNS_RESOLVER`, or the resolver that the system names."""

from django.conf import settings
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, Answer, NoAnswer, Resolver

from imin.ground.http import UnreachableError

LIFETIME_SECONDS = 6


def records(name: str, kind: str) -> list[str]:
    """Return the records of `kind` (A, AAAA, CNAME, TXT, CAA) of `name` as text; none when there is no such name.

    Names come without their last dot, the parts of a TXT record as one text. Raises `UnreachableError` when the
    resolver does not answer, or cannot.
    """
    try:
        found = _resolver().resolve(f"{name}.", kind, lifetime=LIFETIME_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException as failure:
        raise UnreachableError(f"The DNS does not answer for {kind} of {name}: {type(failure).__name__}.") from failure
    return _texts(found, kind)


def addresses(name: str) -> set[str]:
    """Return the IPv4 and IPv6 addresses of `name`; raises `UnreachableError`."""
    return {*records(name, "A"), *records(name, "AAAA")}


def _resolver() -> Resolver:
    if not settings.DNS_RESOLVER:
        return Resolver()
    address, port = settings.DNS_RESOLVER
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [address], port
    return resolver


def _texts(found: Answer, kind: str) -> list[str]:
    if kind == "TXT":
        return [b"".join(record.strings).decode(errors="replace") for record in found]
    return [record.to_text().removesuffix(".") for record in found]
