"""How the rules of signing in are written: small named checks, each with its paragraph, in a visible list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from imin.identity.errors import FailedSignInError

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """One rule: its name, the paragraph that demands it, and the function that looks."""

    name: str
    paragraph: str
    look: Callable[[Subject], None]


def rule(paragraph: str) -> Callable[[Callable[[Subject], None]], Check[Subject]]:
    """Make a check of a function that raises `FailedSignInError` when the rule of `paragraph` is broken."""

    def make(look: Callable[[Subject], None]) -> Check[Subject]:
        return Check(look.__name__, paragraph, look)

    return make


def follow(checks: Sequence[Check[Subject]], subject: Subject) -> None:
    """Hold `subject` against `checks`, in order; the first that fails is written into its error."""
    for check in checks:
        try:
            check.look(subject)
        except FailedSignInError as failure:
            failure.rule = failure.rule or check.name  # a check may follow a list of its own
            failure.paragraph = failure.paragraph or check.paragraph
            raise
