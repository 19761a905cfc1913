"""The certified provider as a process: started, told to change, asked what it was asked."""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx2

from tests.node import installed

HOST = "provider.localhost"
FOLDER = Path(__file__).parent
PEOPLE = {
    "sam-1": {"email": "sam@example.org", "email_verified": True, "given_name": "Sam", "family_name": "Vale"},
    "kim-2": {"email": "kim@example.org", "email_verified": True, "given_name": "Kim", "family_name": "Reed"},
}
UNCHANGED = {"consent": False, "par": "off", "keys": "first", "claims": "userinfo"}


class CertifiedProvider:
    """`node provider.mjs` on a free port of loopback; raises `NodeMissingError` where that cannot be."""

    def __init__(self, clients: list[dict[str, Any]], log: Path, **switches: object) -> None:
        self.clients = clients
        world = json.dumps({"host": HOST, "clients": clients, "people": PEOPLE, "switches": switches})
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                ["node", "provider.mjs", world],
                cwd=installed(FOLDER),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout
        self.issuer = self._process.stdout.readline().strip()
        assert self.issuer, log.read_text()
        self.port = int(self.issuer.rpartition(":")[2])

    def change(self, **switches: object) -> None:
        """Set switches of the provider, which goes on with all that it has stored."""
        httpx2.post(f"http://127.0.0.1:{self.port}/control", json=switches, verify=False).raise_for_status()

    def visits(self, path: str) -> int:
        """Return how often `path` was asked for so far."""
        asked = httpx2.get(f"http://127.0.0.1:{self.port}/control", verify=False).json()["asked"]
        return sum(1 for _method, visited in asked if visited == path)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        assert self._process.stdout
        self._process.stdout.close()
