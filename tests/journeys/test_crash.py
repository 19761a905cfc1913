"""kill -9 of web and worker at random, while three people add, edit and remove cards: nothing is lost."""

import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.journeys.busy import DEEDS, PEOPLE, SEED, Busy, mend, pids, wait_until_quiet
from tests.journeys.stack import Stack, demo

KILLS = 50
ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc, which only Linux has")
def test_after_fifty_kills_our_cards_and_the_payment_services_agree():
    dice = random.Random(SEED)
    with demo(ROOT / ".cache" / "crash") as stack:
        stop = threading.Event()
        people = [Busy(stack, person, stop) for person in PEOPLE]
        for person in people:
            person.start()
        killed = {"run": 0, "work": 0}
        while sum(killed.values()) < KILLS:
            time.sleep(dice.uniform(0.2, 1.5))
            word = dice.choice(["run", "run", "work"])
            family = pids(stack, word)
            if family:
                os.kill(dice.choice(family), signal.SIGKILL)
                killed[word] += 1
                if word == "run":
                    _wait_until_answered(stack)
        stop.set()
        for person in people:
            person.join(timeout=60)
        done = {deed: sum(person.done.get(deed, 0) for person in people) for deed in DEEDS}
        assert all(done.values()), done  # each deed really happened between the kills
        mend(stack)
        said = stack.imin("check", "cards")
        assert said.returncode == 0, said.stdout + said.stderr
        assert "agree" in said.stdout
        assert [surprise for person in people for surprise in person.surprises if "Traceback" in surprise] == []
        cards = wait_until_quiet(stack)
        assert cards > 0
        print(f"\nkilled {killed}, done between: {done}, cards: {cards}")  # noqa: T201 pytest -s shows what happened


def _wait_until_answered(stack: Stack) -> None:
    for _ in range(300):
        try:
            if httpx2.get(f"http://127.0.0.1:{stack.port}/healthz", timeout=5, verify=False).status_code in {200, 503}:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the web process did not come back" + stack.log()[-2000:])
