"""PostgreSQL stopped and started while three people work on their cards: they are told, and all is well by itself."""

import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.journeys.busy import DEEDS, PEOPLE, Busy, mend, pids, wait_until_quiet
from tests.journeys.stack import Stack, demo
from tests.journeys.visitor import Visitor

ROOT = Path(__file__).parent.parent.parent
OUTAGES = [0.5, 6, 15]  # seconds: shorter than a page waits for PostgreSQL, longer, and so long that pools give up
LOOKS = {"acmebroker": "--by-day:#0b5d4e", "harbour": "--by-day:#8a2c0d"}
TOLD = ("Nothing was saved.", "we do not know whether this was saved")
STOP = "embedded._run('pg_ctl', 'stop', '-m', 'immediate', '-w', '-D', str(settings.EMBEDDED_FOLDER / 'data'))"
START = "embedded.start()"


class Watchful(Visitor):
    """Keeps every answer of our own that is a fault."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self.faults: list[httpx2.Response] = []

    def request(self, method: str, url: str, *values: object, **body: object) -> httpx2.Response:
        response = super().request(method, url, *values, **body)  # type: ignore[arg-type]
        if response.status_code >= 500:
            self.faults.append(response)
        return response


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc, which only Linux has")
def test_while_postgresql_is_away_people_are_told_and_afterwards_all_is_well_by_itself():
    with demo(ROOT / ".cache" / "away", IMIN_EMBEDDED_FSYNC="1") as stack:
        stop = threading.Event()
        visitors = [Watchful(stack) for _ in PEOPLE]
        people = [Busy(stack, person, stop, visitor) for person, visitor in zip(PEOPLE, visitors, strict=True)]
        processes = (pids(stack, "run"), pids(stack, "work"))
        for person in people:
            person.start()
        for seconds in OUTAGES:
            time.sleep(6)
            postgresql(stack, STOP)
            time.sleep(seconds)
            postgresql(stack, START)
            assert _seconds_until_pages_answer(stack) < 10
        time.sleep(6)
        stop.set()
        for person in people:
            person.join(timeout=60)
        done = {deed: sum(person.done.get(deed, 0) for person in people) for deed in DEEDS}
        assert done["add"], done
        assert done["edit"] + done["remove"] + done["undo"], done
        told = [_what_it_says(fault, person.broker) for person in people for fault in person.visitor.faults]
        assert set(told) <= set(TOLD), set(told)
        assert TOLD[0] in told
        _wait_until_healthy(stack)
        assert (pids(stack, "run"), pids(stack, "work")) == processes  # nothing was started again
        mend(stack)
        said = stack.imin("check", "cards")
        assert said.returncode == 0, said.stdout + said.stderr
        assert wait_until_quiet(stack) > 0
        counts = {words: told.count(words) for words in TOLD}
        print(f"\ndone between: {done}, told: {counts}")  # noqa: T201 pytest -s shows what happened


def postgresql(stack: Stack, command: str) -> None:
    """Stop or start the demo's PostgreSQL, as somebody beside it does."""
    code = f"from django.conf import settings; from imin.ground import embedded; {command}"
    subprocess.run([sys.executable, "-c", code], env=stack.environment, check=True, timeout=120)


def _what_it_says(fault: httpx2.Response, broker: str) -> str:
    """Return whether anything was saved, as a page in the Broker's looks or an answer for our script says it."""
    assert fault.status_code == 503, fault.text
    assert fault.headers["retry-after"]
    if "json" not in fault.headers["content-type"]:
        assert LOOKS[broker] in fault.text
    found = [words for words in TOLD if words in re.sub(r"\s+", " ", fault.text)]
    return found[0] if found else fault.text


def _seconds_until_pages_answer(stack: Stack) -> float:
    visitor = Visitor(stack)
    started = time.monotonic()
    while visitor.request("GET", stack.cards("/oidc/start")).status_code != 302:
        assert time.monotonic() - started < 60, stack.log()[-3000:]
        time.sleep(0.2)
    return time.monotonic() - started


def _wait_until_healthy(stack: Stack) -> None:
    """Wait for the worker, whose own pool looks for PostgreSQL for half a minute before it begins anew."""
    end = time.monotonic() + 90
    while httpx2.get(f"http://127.0.0.1:{stack.port}/healthz", timeout=30, verify=False).status_code != 200:
        assert time.monotonic() < end, stack.log()[-3000:]
        time.sleep(1)
