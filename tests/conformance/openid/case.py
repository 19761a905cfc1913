"""How a case is written: by what the provider does, or as a short story."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from imin.identity.rules import Check
from tests.conformance.openid.scene import Scene

Checks = Sequence[Check[Any]]


@dataclass(frozen=True)
class Case:
    """One case: its name is the pytest id, `says` its line on docs/reference/conformance.md.

    `rule` of the list `checks` has to stop what the provider does; it is empty where all has to go well.
    """

    name: str
    says: str
    play: Callable[[Scene], None]
    rule: str = ""
    checks: Checks = ()


def stopped(
    name: str,
    says: str,
    rule: str,
    *,
    checks: Checks,
    answered: int = 502,
    when: Callable[[Scene], Any] = Scene.come_back,
    broker: dict[str, Any] | None = None,
    **switches: Any,
) -> Case:
    """Make a case that `rule` stops: the provider's `switches` are set (or made of it, when callable), then `when`."""

    def play(scene: Scene) -> None:
        _turn(scene, broker, switches)
        scene.refused(when(scene), checks, rule, answered)

    return Case(name, says, play, rule, checks)


def passes(
    name: str,
    says: str,
    *,
    broker: dict[str, Any] | None = None,
    **switches: Any,
) -> Case:
    """Make a case in which the provider does something unusual and the sign-in has to work."""

    def play(scene: Scene) -> None:
        _turn(scene, broker, switches)
        scene.signed_in()

    return Case(name, says, play)


def story(name: str, says: str, rule: str = "", *, checks: Checks = ()) -> Callable[[Callable[[Scene], None]], Case]:
    """Make a case of a function that plays it step by step, and ends where `rule` of `checks` stops it, if any does."""
    return lambda play: Case(name, says, play, rule, checks)


def _turn(scene: Scene, broker: dict[str, Any] | None, switches: dict[str, Any]) -> None:
    if broker:
        scene.broker(**broker)
    for switch, value in switches.items():
        assert hasattr(scene.provider, switch), switch
        setattr(scene.provider, switch, value(scene.provider) if callable(value) else value)
