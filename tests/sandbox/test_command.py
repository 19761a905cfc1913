"""`python -m sandbox` as a person starts it."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import httpx2
import pytest

from tests.sandbox.acme.loopback import browser, listener
from tests.sandbox.world import world

START_SECONDS = 30
STOP_SECONDS = 5


def _command(tmp_path: Path, port: int) -> list[str]:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(asdict(world(port))))
    return [sys.executable, "-m", "sandbox", str(path), "--data", str(tmp_path / "data")]


def _free_port() -> int:
    with listener() as sock:
        port: int = sock.getsockname()[1]
    return port


def _answer(url: str) -> httpx2.Response:
    """The first answer of a server that is still starting."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return browser().get(url)
        except httpx2.ConnectError:
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_answers_every_host_and_stops_when_told(tmp_path: Path, how: signal.Signals) -> None:
    port = _free_port()
    with subprocess.Popen(_command(tmp_path, port), stderr=subprocess.PIPE, text=True) as process:
        try:
            issuer = f"http://acmebroker.localhost:{port}"
            document = _answer(f"{issuer}/.well-known/openid-configuration").json()
            assert document["issuer"] == issuer
            assert "Riverside" in _answer(f"http://RIVERSIDE.localhost:{port}/").text
            stranger = _answer(f"http://elsewhere.localhost:{port}/")
            assert stranger.status_code == 404
            assert f'href="{issuer}/"' in stranger.text
            assert f'href="http://pay.localhost:{port}/"' in stranger.text
            process.send_signal(how)
            assert process.wait(STOP_SECONDS) == 0
        finally:
            process.kill()
        assert process.stderr
        assert f"{issuer}/" in process.stderr.read()
    with pytest.raises(httpx2.ConnectError):
        browser().get(f"http://127.0.0.1:{port}/")


def test_a_taken_port_and_a_number_too_large_are_one_clear_line(tmp_path: Path) -> None:
    leisure = [sys.executable, "-m", "sandbox.leisure", "--data", str(tmp_path / "leisure")]
    with listener() as taken:
        port = taken.getsockname()[1]
        said = f"port {port} is taken; stop what listens there, or name another port"
        assert _ends(_command(tmp_path, port)) == (1, f"sandbox: {said}")
        assert _ends([*leisure, "--port", str(port)]) == (1, f"leisure: {said}")
    assert _ends([*leisure, "--opportunities", "99999999"]) == (
        2,
        "leisure: --opportunities is a number from 0 to 10,000,000",
    )
    assert not (tmp_path / "leisure").exists()


def _ends(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stderr.strip()
