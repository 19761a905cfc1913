"""What happens later by itself: money that settles, authorisations that run out. A moved clock hurries it."""

from collections.abc import Callable
from contextlib import suppress

from sandbox.pay.errors import ApiError
from sandbox.pay.ids import fresh
from sandbox.pay.state import State
from sandbox.pay.work import Work

Verb = Callable[[Work, str], None]


def later(work: Work, verb: str, target: str, seconds: int) -> None:
    """Let `verb` (a name in the table given to `run_due`) happen to the object `target` in `seconds`."""
    work.put({"id": fresh("job"), "object": "job", "due": work.now + seconds, "verb": verb, "target": target})


def hurry(work: Work, target: str) -> None:
    """Make all that waits for the object `target` due now."""
    for job in work.every("job"):
        if job["target"] == target:
            job["due"] = work.now
            work.put(job)


def run_due(state: State, verbs: dict[str, Verb]) -> None:
    """Do all that is due, in every account, oldest first."""
    for account in state.accounts:
        with state.work(account) as work:
            due = sorted((job for job in work.every("job") if job["due"] <= work.now), key=lambda job: job["due"])
            for job in due:
                work.remove("job", job["id"])
                with suppress(ApiError):  # its object has gone meanwhile
                    verbs[job["verb"]](work, job["target"])
