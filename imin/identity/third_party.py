"""A sign-in that somebody else asks for: the Broker's site, or a link in a mail (OpenID Connect Core 4).

Nothing is believed of it but where to go afterwards, and that only on this very host: otherwise a link that begins
with the Broker's own name would lead anywhere.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.http import QueryDict

from imin.brokers.front_door import Tenant
from imin.identity import paths
from imin.identity.discovery import settings_of
from imin.identity.errors import LoginLinkError
from imin.identity.rules import rule

_LONGEST_HINT = 255


@dataclass
class Wanted:
    """What a link asks for (`given`); `page` fills in the path to return to, `hint` whom the provider may expect."""

    tenant: Tenant
    given: QueryDict = field(repr=False)
    return_path: str
    login_hint: str = field(default="", repr=False)


@rule("RFC 6749 3.1")
def once(wanted: Wanted) -> None:
    """Take no parameter that comes twice."""
    twice = [name for name, values in wanted.given.lists() if len(values) > 1]
    if twice:
        raise LoginLinkError(f"{twice} came more than once.")


@rule("OpenID Connect Core 4, iss")
def issuer(wanted: Wanted) -> None:
    """Begin only at the Broker's own provider, named to the last slash."""
    given, ours = wanted.given.get("iss"), settings_of(wanted.tenant.broker_id).issuer
    if given != ours:
        raise LoginLinkError(f"iss is {given!r}, expected {ours!r}.")


@rule("OpenID Connect Core 4, target_link_uri")
def page(wanted: Wanted) -> None:
    """Lead only to a page of this very host, named with scheme and port; it may be missing."""
    given = wanted.given.get("target_link_uri", "")
    if not given:
        return
    path = given.removeprefix(wanted.tenant.origin).partition("#")[0] or "/"
    try:
        there = urlsplit(given)
    except ValueError:
        raise LoginLinkError("target_link_uri is not an address.") from None
    if f"{there.scheme}://{there.netloc}" != wanted.tenant.origin or paths.local(path, home="") != path:
        raise LoginLinkError(f"target_link_uri {given[:200]!r} is no page of {wanted.tenant.origin}.")
    wanted.return_path = path


@rule("OpenID Connect Core 4, login_hint")
def hint(wanted: Wanted) -> None:
    """Hand on a `login_hint` of at most 255 printable characters; the provider alone knows what it means."""
    wanted.login_hint = given = wanted.given.get("login_hint", "")
    if not can_be_handed_on(given):
        raise LoginLinkError("login_hint is longer than 255 characters, or not printable.")


def can_be_handed_on(login_hint: str) -> bool:
    """Say whether the provider can be told `login_hint`."""
    return len(login_hint) <= _LONGEST_HINT and login_hint.isprintable()


LOGIN_CHECKS = (
    once,
    issuer,
    page,
    hint,
)
