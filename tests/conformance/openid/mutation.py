"""What a mutation is: one check of one list that does its work, but refuses nothing."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import imin.identity
from imin.identity import callback
from imin.identity.errors import FailedSignInError
from imin.identity.id_token import ID_TOKEN_CHECKS
from imin.identity.rules import Check
from tests.conformance.openid.case import Case, Checks
from tests.conformance.openid.cases import CASES

BEHIND: dict[Check[Any], Checks] = {callback.identity: ID_TOKEN_CHECKS}
"""Checks that follow a list of their own, which gives the name."""


@dataclass(frozen=True)
class Mutation:
    """The check `check` of the list `where`, silenced; `name` says both."""

    where: str
    checks: Checks
    check: Check[Any]

    @property
    def name(self) -> str:
        return f"{self.where} {self.check.name}"

    @property
    def aimed(self) -> list[Case]:
        """The cases that say that this check stops them; of a list behind the check one case for each check of it."""
        behind = BEHIND.get(self.check)
        if behind:
            return list({case.rule: case for case in CASES if case.checks is behind}.values())
        return [case for case in CASES if case.checks is self.checks and case.rule == self.check.name]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Put a list with the silenced check in place of the original, wherever the platform holds it."""
        silenced = tuple(replace(one, look=_silent(one)) if one is self.check else one for one in self.checks)
        holders = [
            (module, name)
            for key, module in list(sys.modules.items())
            if key.startswith("imin.")
            for name, value in vars(module).items()
            if value is self.checks
        ]
        for module, name in holders:
            setattr(module, name, silenced)
        try:
            yield
        finally:
            for module, name in holders:
                setattr(module, name, self.checks)


def mutations() -> list[Mutation]:
    """Return one mutation for each check of each list of checks in `imin.identity`, found by looking."""
    return [Mutation(where, checks, check) for where, checks in _lists() for check in checks]


def _lists() -> Iterator[tuple[str, Checks]]:
    for found in pkgutil.iter_modules(imin.identity.__path__, "imin.identity."):
        if found.ispkg:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            checks = value if isinstance(value, tuple) and all(isinstance(one, Check) for one in value) else ()
            if any(one.look.__module__ == found.name for one in checks):  # made here, not imported
                yield f"{found.name.rpartition('.')[2]}.{name}", checks


def _silent(check: Check[Any]) -> Any:
    def look(subject: Any) -> None:
        with suppress(FailedSignInError):
            check.look(subject)

    return look
