"""The web process of the platform, as it is served, on the database of this test run."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.journeys.stack import free_ports

START_SECONDS = 60


@dataclass
class Platform:
    """`imin run` on a free port, with `more` in its environment; its log goes to `log`."""

    log: Path
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_ports)
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "imin.cli", "run"],
                env={**os.environ, "IMIN_PORT": str(self.port), **self.more},
                stdout=log,
                stderr=log,
            )
        self._wait()

    def cards(self, path: str = "/edit", broker: str = "acmebroker") -> str:
        return f"http://cards.{broker}.localhost:{self.port}{path}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                httpx2.get(
                    f"http://127.0.0.1:{self.port}/", headers={"Host": "nobody.localhost"}, timeout=5, verify=False
                )
            except httpx2.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the web process did not come up: {self.log.read_text()[-3000:]}")
