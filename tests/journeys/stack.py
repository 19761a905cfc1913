"""The whole product as a visitor has it: `imin demo` on free ports with an empty data folder."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import httpx2
import psycopg

from tests.journeys.furnished import furnish

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 300
_UNTOLD = """
    SELECT 1 FROM payments_gatewayevent WHERE handled_at IS NULL
    UNION ALL
    SELECT 1 FROM payments_card c WHERE NOT EXISTS (SELECT FROM payments_gatewayevent e WHERE e.subject = c.reference)
"""


@dataclass
class Stack:
    """A running demo: where its parts answer, and ways to look behind them."""

    port: int
    data: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    edge_port: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def sandbox_port(self) -> int:
        return self.port + 1

    @property
    def ask_port(self) -> int:
        """Return where the edge asks."""
        return self.port + 2

    def cards(self, path: str = "/edit", broker: str = "acmebroker") -> str:
        return self._at(f"cards.{broker}.localhost", self.port, path)

    def site(self, path: str = "/", broker: str = "acmebroker") -> str:
        return self._at(f"{broker}.localhost", self.sandbox_port, path)

    def console(self, path: str = "/") -> str:
        return self._at("console.localhost", self.port, path)

    def _at(self, host: str, port: int, path: str) -> str:
        """Return the address as browsers know it: over TLS when an edge stands in front of everything."""
        return f"https://{host}:{self.edge_port}{path}" if self.edge_port else f"http://{host}:{port}{path}"

    @property
    def publishable_key(self) -> str:
        world = json.loads((self.data / "demo" / "world.json").read_text())
        return str(world["payments"]["publishable_key"])

    def operator_password(self) -> str:
        found = re.search(r"operator / (\S+)", "\n".join(self.lines))
        assert found, self.lines
        return found.group(1)

    def control(self, route: str, **values: object) -> dict[str, object]:
        """Use the sandbox payment service's control plane."""
        answer = httpx2.post(
            f"http://127.0.0.1:{self.sandbox_port}/control/{route}",
            json=values,
            headers={"Host": f"pay.localhost:{self.sandbox_port}"},
            timeout=20,
            verify=False,  # no authorities to read, which takes longer than most answers
        )
        answer.raise_for_status()
        return dict(answer.json())

    def imin(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command line beside the running demo, as somebody in a second terminal does."""
        return subprocess.run(
            [sys.executable, "-m", "imin.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @cached_property
    def sockets(self) -> str:
        """The folder in which the demo's PostgreSQL listens."""
        code = "from django.conf import settings; print(settings.EMBEDDED_SOCKETS)"
        asked = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        return asked.stdout.strip()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Connect as the owner."""
        with psycopg.connect(host=self.sockets, user="imin_owner", dbname="imin", autocommit=True) as connection:
            yield connection

    def wait_for_webhooks(self, connection: psycopg.Connection, *, seconds: float = 30) -> None:
        """Wait until the payment service told of every saved card and nothing that it told is left to do."""
        end = time.monotonic() + seconds
        while connection.execute(_UNTOLD).fetchone():
            assert time.monotonic() < end, "the webhooks of some card never came"
            time.sleep(0.2)

    def wait_for(self, connection: psycopg.Connection, question: str, *, seconds: float = 30) -> None:
        """Wait until the database answers `question` with a row."""
        end = time.monotonic() + seconds
        while not connection.execute(question).fetchone():  # type: ignore[call-overload]
            assert time.monotonic() < end, question
            time.sleep(0.2)

    def log(self) -> str:
        return (self.data / "demo" / "demo.log").read_text(errors="replace")


def free_ports(count: int = 3) -> int:
    """Return a port that is free together with the ones after it, `count` in all.

    Below those that the kernel gives to whoever connects, or one may be taken before the demo has come to it.
    """
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        if all(_is_free(port + more) for more in range(count)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def demo(
    data: Path, *, keep: bool = False, first: bool = False, port: int = 0, edge_port: int = 0, **more: str
) -> Iterator[Stack]:
    """Run `imin demo` with `data` as its data folder until the block ends; as seeded before, unless `keep` or `first`.

    `first` is a start with no data at all, which takes longer.
    With `edge_port` it knows that something speaks TLS for it there.
    """
    if not keep:
        shutil.rmtree(data, ignore_errors=True)
        if not first:
            furnish(data, lambda folder: demo(folder, first=True))
    port = port or free_ports()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("IMIN_", "DATABASE_"))},
        "DJANGO_SETTINGS_MODULE": "imin.settings",
        "IMIN_DATA": str(data),
        "IMIN_PORT": str(port),
        "IMIN_EMBEDDED_FSYNC": "0",
        "PYTHONUNBUFFERED": "1",
        **({"IMIN_PUBLIC_SCHEME": "https", "IMIN_PUBLIC_PORT": str(edge_port)} if edge_port else {}),
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "imin.cli", "demo"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    stack = Stack(port, data, environment, process, edge_port)
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=(stack, ready), daemon=True)
    reader.start()
    try:
        assert ready.wait(START_SECONDS), "\n".join(stack.lines) + _tail(stack)
        assert process.poll() is None, "\n".join(stack.lines) + _tail(stack)
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join(timeout=5)
        assert process.stdout
        process.stdout.close()


def _read(stack: Stack, ready: threading.Event) -> None:
    assert stack.process.stdout
    for line in stack.process.stdout:
        stack.lines.append(line.rstrip())
        if "Ctrl-C stops everything" in line:
            ready.set()
    ready.set()


def _tail(stack: Stack) -> str:
    file = stack.data / "demo" / "demo.log"
    return "\n" + file.read_text(errors="replace")[-3000:] if file.exists() else ""
