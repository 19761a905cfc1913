"""How an examination is written: small named steps in a visible list, each with a finding in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from imin.ground.http import RefusedAddressError, UnreachableError

Subject = TypeVar("Subject")
MOST_CHARACTERS = 1000
Paste = tuple[tuple[str, str], ...]


class Status(StrEnum):
    """What a step came to."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """What a step found, what it expected, what to change, and values to paste there (name, text)."""

    status: Status
    found: str
    expected: str = ""
    change: str = ""
    paste: Paste = ()


class NotCheckedError(Exception):
    """The step cannot be looked at; the message says why."""


@dataclass(frozen=True)
class Step(Generic[Subject]):
    """One thing to look at: its name, what a person calls it, and the function that looks."""

    name: str
    title: str
    look: Callable[[Subject], Finding]


@dataclass(frozen=True)
class Result:
    """A step and its finding."""

    name: str
    title: str
    finding: Finding


def step(title: str) -> Callable[[Callable[[Subject], Finding]], Step[Subject]]:
    """Make a step of a function; one that raises `NotCheckedError` was not checked."""

    def make(look: Callable[[Subject], Finding]) -> Step[Subject]:
        return Step(look.__name__, title, look)

    return make


Told = Callable[[Result], None]


def nobody_waits(_result: Result) -> None:
    """Tell nobody: for who wants all results at the end."""


def examine(steps: Sequence[Step[Subject]], subject: Subject, told: Told = nobody_waits) -> list[Result]:
    """Take every step in order; a network that does not answer leaves a step not checked.

    `told` is called with each result as soon as it is there.
    """
    results = []
    for one in steps:
        results.append(Result(one.name, one.title, _look(one, subject)))
        told(results[-1])
    return results


def _look(one: Step[Subject], subject: Subject) -> Finding:
    try:
        finding = one.look(subject)
    except (NotCheckedError, UnreachableError, RefusedAddressError) as reason:
        finding = Finding(Status.NOT_CHECKED, str(reason))
    return Finding(
        finding.status,
        found=_shown(finding.found),
        expected=_shown(finding.expected),
        change=_shown(finding.change),
        paste=tuple((name, _shown(text)) for name, text in finding.paste),
    )


def _shown(text: str) -> str:
    """Return `text`, parts of which others wrote, fit for a page and a terminal: short, and no control characters."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:MOST_CHARACTERS])


def ok(found: str) -> Finding:
    """Return the finding of a step that found what it expected."""
    return Finding(Status.OK, found)


def warning(found: str, *, expected: str, change: str, paste: Paste = ()) -> Finding:
    """Return the finding of something that works but should be otherwise."""
    return Finding(Status.WARNING, found, expected, change, paste)


def wrong(found: str, *, expected: str, change: str, paste: Paste = ()) -> Finding:
    """Return the finding of something that does not work until it is changed."""
    return Finding(Status.WRONG, found, expected, change, paste)


def missing(name: str, title: str, found: str, change: str) -> Result:
    """Return the result that stands for a whole section when what it would look at is not there."""
    return Result(name, title, wrong(found, expected=f"{title}.", change=change))
