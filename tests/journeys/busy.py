"""People who keep adding, editing and removing cards whatever breaks, and what must be true when it is over."""

import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2

from tests.journeys.stack import Stack
from tests.journeys.visitor import Visitor

SEED = 20261122
DEEDS = ("add", "edit", "remove", "undo")
PEOPLE = [
    ("alex@acmebroker.example", "acmebroker", ""),
    ("robin@acmebroker.example", "acmebroker", ""),
    ("sam@harbour.example", "harbour", "acct_1HarbourLeisure"),
]
NUMBERS = ["4242424242424242", "5555555555554444", "378282246310005", "4000056655665556", "5200828282828210"]
LEFT = """
SELECT 'set-up', id::text, due_at, '' FROM payments_cardsetup WHERE status = 'open'
UNION ALL SELECT 'change', id::text, created_at, '' FROM payments_cardchange WHERE status = 'pending'
UNION ALL SELECT kind, id::text, due_at, last_error FROM outbox WHERE done_at IS NULL
UNION ALL SELECT 'event', id::text, received_at, '' FROM payments_gatewayevent WHERE handled_at IS NULL
"""
MEND = """
import django; django.setup()
from datetime import timedelta
from imin.ground import clock
from imin.ground.database import as_owner
from imin.mail import send
from imin.payments import detach, events, sweep
from imin.payments.guard import alert
with as_owner():
    for hours in (1, 30):  # what is half-done first, then what was removed more than a day ago
        now = clock.now() + timedelta(hours=hours)
        events.handle_due(now=now)
        sweep.sweep_setups(now=now)
        sweep.sweep_changes(now=now)
        detach.detach_due(now=now)
        send.send_due(now=now)  # what the steps above caused is due by their clock, which the worker has not
        alert.send_due(now=now)
"""


class Busy(threading.Thread):
    """One person who keeps adding, editing, removing and bringing back cards, whatever the server does."""

    def __init__(
        self, stack: Stack, person: tuple[str, str, str], stop: threading.Event, visitor: Visitor | None = None
    ) -> None:
        super().__init__()
        email, self.broker, self.account = person
        self.dice = random.Random(SEED + len(email))
        self.visitor = visitor or Visitor(stack)
        self.visitor.sign_in_at_broker(email, self.broker)
        self.stop = stop
        self.done: dict[str, int] = {}
        self.surprises: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            deed = self.dice.choice([self.add, self.add, self.edit, self.remove, self.undo])
            try:
                deed()
            except httpx2.HTTPError:
                time.sleep(0.05)  # nobody answers: the web process is being killed
            except AssertionError as surprise:
                self.surprises.append(str(surprise)[:500])
            self.stop.wait(0.2)  # three people with thumbs, not three machines

    def page(self) -> str:
        page, _ = self.visitor.go(self.visitor.stack.cards("/edit", self.broker))
        return page.text if page.status_code == 200 else ""

    def add(self) -> None:
        page, _ = self.visitor.go(self.visitor.stack.cards("/edit/cards/add", self.broker))
        if 'data-attempt="' not in page.text:
            return  # ten cards already, or an error page
        secret, back = self.visitor.begin_add(self.broker)
        self.visitor.confirm(
            secret, self.dice.choice(NUMBERS), account=self.account, year=str(self.dice.randint(2028, 2040))
        )
        page, _ = self.visitor.go(back)
        self.count("add", page)

    def edit(self) -> None:
        found = re.findall(r'href="(/edit/cards/[0-9a-f-]{36})"', self.page())
        if not found:
            return
        path = self.dice.choice(found)
        page, _ = self.visitor.go(self.visitor.stack.cards(path, self.broker))
        version = re.search(r'name="version" value="(\d+)"', page.text)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if not version or not token:
            return
        data = {
            "csrfmiddlewaretoken": token.group(1),
            "version": version.group(1),
            "exp_month": str(self.dice.randint(1, 12)),
            "exp_year": str(self.dice.randint(2028, 2040)),
            "holder_name": self.dice.choice(["A. Example", "Alex Example"]),
            "nickname": self.dice.choice(["Home", "Work"]),
        }
        page, _ = self.visitor.go(self.visitor.stack.cards(path, self.broker), method="POST", data=data)
        self.count("edit", page)

    def remove(self) -> None:
        found = re.findall(r'href="(/edit/cards/[0-9a-f-]{36}/remove)"', self.page())
        if not found:
            return
        path = self.dice.choice(found)
        page, _ = self.visitor.go(self.visitor.stack.cards(path, self.broker))
        version = re.search(r'name="version" value="(\d+)"', page.text)
        if version:
            page, _ = self.visitor.post(path, self.broker, version=version.group(1))
            self.count("remove", page)

    def undo(self) -> None:
        found = re.findall(r'formaction="(/edit/cards/[0-9a-f-]{36}/undo)"', self.page())
        if found:
            page, _ = self.visitor.post(self.dice.choice(found), self.broker)
            self.count("undo", page)

    def count(self, deed: str, page: httpx2.Response) -> None:
        if page.status_code == 200:
            self.done[deed] = self.done.get(deed, 0) + 1


def pids(stack: Stack, word: str) -> list[int]:
    """Return the process `imin <word>` of the demo and the processes that it started."""
    family = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent, group = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1:3]
        except OSError:
            continue
        if int(parent) == stack.process.pid and word.encode() in words:
            family.insert(0, int(folder.name))
        else:
            family.append(int(folder.name)) if int(group) in family else None
    return family


def wait_until_quiet(stack: Stack) -> int:
    """Wait for the worker to follow the last events; return how many cards there are.

    What a worker held that lost its database waits until its lease is over, two minutes later.
    """
    for _ in range(300):
        with stack.database() as connection:
            left = connection.execute(LEFT).fetchall()
            if not left:
                row = connection.execute("SELECT count(*) FROM payments_card").fetchone()
                assert row is not None
                return int(row[0])
        time.sleep(0.5)
    raise AssertionError(f"left half-done: {left}")


def mend(stack: Stack) -> None:
    """Let the sweeps run as the worker does, with a clock that has moved on."""
    done = subprocess.run(
        [sys.executable, "-c", MEND], env=stack.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
