"""`imin run` answers the edge whatever becomes of the database, and follows what operators change."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.journeys.stack import ROOT, free_ports

HOST = "cards.acmebroker.localhost"
SECONDS = 30
MADE = f"""
from imin.serve import migrate; migrate()
from imin.brokers.models import Broker, Domain
from imin.ground.database import as_owner
with as_owner():
    acme = Broker.objects.create(slug="acmebroker", name="Acme", dashboard_url="http://acmebroker.localhost")
    Domain.objects.create(host="{HOST}", broker=acme)
"""


class Platform:
    """A platform without anything around it, whose database can be stopped under it."""

    def __init__(self, data) -> None:
        self.port = free_ports()
        self.embedded = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("IMIN_", "DATABASE_"))},
            "DJANGO_SETTINGS_MODULE": "imin.settings",
            "IMIN_DATA": str(data),
            "IMIN_PORT": str(self.port),
            "IMIN_EMBEDDED_FSYNC": "0",
        }
        self.sockets = self.python("from django.conf import settings; print(settings.EMBEDDED_SOCKETS)").strip()
        self.environment = {
            **self.embedded,
            "DATABASE_URL": f"postgresql://imin_owner@/imin?host={self.sockets}",
            "DATABASE_WEB_URL": f"postgresql://imin_web@/imin?host={self.sockets}",
        }

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.embedded, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_database(self) -> None:
        self.python("from imin.ground import embedded; embedded.start()")

    def stop_database(self) -> None:
        self.python("from imin.ground import embedded; embedded.stop()")

    def change(self, statement: str) -> None:
        with psycopg.connect(host=self.sockets, user="imin_owner", dbname="imin", autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def running(self) -> Iterator[int]:
        """Run it until the block ends; give the id of its first process."""
        process = subprocess.Popen(
            [sys.executable, "-m", "imin.cli", "run"], env=self.environment, cwd=ROOT, start_new_session=True
        )
        try:
            wait_until(lambda: self.ask("book.localhost") == 200)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def ask(self, domain: str) -> int:
        try:
            url = f"http://127.0.0.1:{self.port + 2}/internal/tls/ask"
            return httpx2.get(url, params={"domain": domain}, timeout=5, verify=False).status_code
        except httpx2.TransportError:
            return 0


def wait_until(true: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < SECONDS
        time.sleep(0.1)
    return time.monotonic() - started


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Platform]:
    here = Platform(tmp_path_factory.mktemp("platform"))
    here.start_database()
    try:
        here.python(MADE)
        yield here
    finally:
        here.stop_database()


@pytest.fixture
def platform(made) -> Platform:
    """Return the platform with one Broker's domain, which is active."""
    made.change("UPDATE brokers_domain SET state = 'active'")
    return made


def test_the_edge_is_answered_while_the_database_is_away_and_after_a_restart_meanwhile(platform):
    with platform.running():
        wait_until(lambda: platform.ask(HOST) == 200)
        platform.stop_database()
        time.sleep(4)  # longer than from one reading to the next
        assert (platform.ask(HOST), platform.ask("evil.example")) == (200, 404)
    with platform.running():
        assert (platform.ask(HOST), platform.ask("evil.example")) == (200, 404)
        platform.start_database()
        platform.change("UPDATE brokers_domain SET state = 'removed'")
        seconds = wait_until(lambda: platform.ask(HOST) == 404)
    assert seconds < SECONDS
    print(f"\nback after the database: refused {seconds:.1f} s after the removal")  # noqa: T201 seen with pytest -s


def test_a_domain_that_was_taken_away_is_refused_within_seconds(platform):
    with platform.running():
        wait_until(lambda: platform.ask(HOST) == 200)
        platform.change("UPDATE brokers_domain SET state = 'removed'")
        assert wait_until(lambda: platform.ask(HOST) == 404) < 5
        platform.change("UPDATE brokers_domain SET state = 'failing'")
        assert wait_until(lambda: platform.ask(HOST) == 200) < 5


def test_the_process_that_answers_is_started_again_and_ends_with_the_first(platform):
    with platform.running() as first:
        children = [int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        wait_until(lambda: platform.ask(HOST) == 200)
        for child in children:  # the web process among them
            os.kill(child, signal.SIGKILL)
        assert wait_until(lambda: platform.ask(HOST) == 200) < 10
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: platform.ask(HOST) == 0)
