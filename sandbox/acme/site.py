"""One Broker's site: who it is and what it remembers, shared by its pages and its OpenID Provider."""

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import session as cookie

from sandbox.acme.keys import KeyRing
from sandbox.acme.memory import Memory, Session
from sandbox.acme.switches import Switches
from sandbox.world import Broker, Person


@dataclass(frozen=True)
class Notice:
    """One attempt to tell a client, behind the browser's back, that a session ended.

    `status` is the client's HTTP status, 0 when nobody answered.
    """

    client_id: str
    sid: str
    status: int


@dataclass(frozen=True)
class Site:
    """A Broker with its keys, memory and switches; `issuer` is its origin."""

    broker: Broker
    issuer: str
    keys: KeyRing
    memory: Memory = field(default_factory=Memory)
    switches: Switches = field(default_factory=Switches)
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=100))

    def current(self) -> Session | None:
        """Return the session of the browser that sent this request."""
        return self.memory.session(cookie.get("key", ""))

    def person(self, email: str) -> Person | None:
        """Return the person with this e-mail address; case and outer spaces do not matter."""
        wanted = email.strip().casefold()
        return next((one for one in self.broker.people if one.email.casefold() == wanted), None)

    def client_origins(self) -> list[str]:
        """Return the origins that a form's answer may lead on to: those the client registered."""
        client = self.broker.client
        addresses = (*client.redirect_uris, *client.post_logout_redirect_uris)
        parts = [urlsplit(address) for address in addresses]
        return sorted({f"{part.scheme}://{part.netloc}" for part in parts})
