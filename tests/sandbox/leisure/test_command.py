"""The booking system as a person starts it: alone, and behind the sandbox's one door."""

import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import httpx2
import pytest

from sandbox.world import Leisure
from tests.sandbox.acme.loopback import browser, listener
from tests.sandbox.leisure.conftest import fresh_database
from tests.sandbox.world import world

pytestmark = pytest.mark.usefixtures("_database_of_this_run")
START_SECONDS = 60
STOP_SECONDS = 10


def _free_port() -> int:
    with listener() as sock:
        port: int = sock.getsockname()[1]
    return port


def _has_ipv6() -> bool:
    """Say whether this machine has the address ::1, which software may take for `localhost`."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _plays(command: list[str], url: str, *, ipv6: bool = False) -> httpx2.Response:
    """Start a command, take the first answer of `url`, and see that it stops when told; with `ipv6` ask ::1 too."""
    with subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.PIPE, text=True) as process:
        try:
            answer = _answer(url)
            if ipv6:
                assert httpx2.get(url.replace("localhost", "[::1]"), timeout=10).json()["items"]
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOP_SECONDS) == 0
        finally:
            process.kill()
        assert process.stderr
        assert url.partition("/feeds")[0] in process.stderr.read()
    return answer


def _answer(url: str) -> httpx2.Response:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return browser().get(url)
        except httpx2.ConnectError:
            assert time.monotonic() < deadline, "the booking system did not start"
            time.sleep(0.1)


def test_alone_it_makes_its_programme_serves_it_and_stops_when_told() -> None:
    port = _free_port()
    with fresh_database() as dsn:
        command = ["sandbox.leisure", "--dsn", dsn, "--port", str(port), "--opportunities", "500"]
        feed = _plays(command, f"http://localhost:{port}/feeds/scheduled-sessions", ipv6=_has_ipv6()).json()
    assert feed["items"]
    assert feed["next"].startswith(f"http://localhost:{port}/feeds/scheduled-sessions?afterTimestamp=")


def test_the_sandboxs_door_leads_to_it(tmp_path: Path) -> None:
    port = _free_port()
    with fresh_database() as dsn:
        described = replace(world(port), leisure=Leisure("leisure.localhost", dsn, opportunities=100))
        (tmp_path / "world.json").write_text(json.dumps(asdict(described)))
        command = ["sandbox", str(tmp_path / "world.json"), "--data", str(tmp_path / "data")]
        answer = _plays(command, f"http://leisure.localhost:{port}/openactive")
    assert f"http://leisure.localhost:{port}/feeds/slots" in answer.text
