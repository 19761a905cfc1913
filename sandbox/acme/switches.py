"""Ways in which a Broker's OpenID Provider can be made to misbehave, for tests and demonstrations."""

from dataclasses import asdict, dataclass, field
from typing import Any


class SwitchError(Exception):
    """A switch that does not exist, or a value that it cannot take; the message says which."""


@dataclass
class Switches:
    """The state of one Broker's switches; the defaults are a provider in good health.

    `slow_ms` milliseconds are waited before every answer of the provider, `down` answers 503,
    `error` is the OAuth error given to every authorization request, `consent_required` lists
    the people (`sub`) who are asked before a client learns who they are, `lean_id_token` leaves
    names and e-mail to the userinfo endpoint, and `pushed_requests` offers PAR and demands it.
    """

    slow_ms: int = 0
    down: bool = False
    error: str = ""
    consent_required: list[str] = field(default_factory=list)
    lean_id_token: bool = False
    pushed_requests: bool = False

    def set(self, changes: dict[str, Any]) -> None:
        """Change the named switches, all or none.

        Raises `SwitchError` for an unknown name or a value of another type.
        """
        now = asdict(self)
        for name, value in changes.items():
            if name not in now or type(value) is not type(now[name]):
                raise SwitchError(f"{name} is not a switch that can be set to {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Put every switch back to good health."""
        self.set(asdict(Switches()))
