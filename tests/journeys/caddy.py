"""Debian's Caddy with the Caddyfile of deploy/caddy, an authority of its own, and the demo behind it."""

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.debian import program
from tests.journeys.stack import ROOT, Stack, demo, free_ports

SANDBOX = "acmebroker.localhost harbour.localhost pay.localhost api.pay.localhost js.pay.localhost hooks.pay.localhost"
OPTIONS = """
admin off
local_certs
skip_install_trust
"""
SITES = """
{hosts} {{
	reverse_proxy 127.0.0.1:{port}
}}
"""


@dataclass(frozen=True)
class Edge:
    """A running Caddy: its ports, its authority's certificate, and the demo behind it."""

    http_port: int
    https_port: int
    folder: Path
    stack: Stack

    @property
    def authority(self) -> Path:
        return _authority(self.folder)

    def get(self, host: str, path: str = "/", *, address: str = "127.0.0.1", **headers: str) -> httpx2.Response:
        """Ask over TLS from `address`; raises `httpx2.ConnectError` when no valid certificate is shown."""
        trust = ssl.create_default_context(cafile=str(self.authority))
        transport = httpx2.HTTPTransport(verify=trust, local_address=address)
        with httpx2.Client(transport=transport) as client:
            return client.get(
                f"https://127.0.0.1:{self.https_port}{path}",
                headers={"Host": f"{host}:{self.https_port}", **headers},
                extensions={"sni_hostname": host},
                timeout=20,
            )


@contextmanager
def edge(folder: Path) -> Iterator[Edge]:
    """Run Caddy and the demo behind it until the block ends; everything that they write lies in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "extra").mkdir(parents=True)
    port = free_ports(5)
    http_port, https_port = port + 3, port + 4
    (folder / "extra" / "test.options").write_text(OPTIONS)
    hosts = ", ".join(SANDBOX.split())
    (folder / "extra" / "sandbox.site").write_text(SITES.format(hosts=hosts, port=port + 1))
    with (folder / "caddy.log").open("wb") as log:
        caddy = subprocess.Popen(
            [str(program("caddy")), "run", "--config", ROOT / "deploy" / "caddy" / "Caddyfile"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "HTTP_PORT": str(http_port),
                "HTTPS_PORT": str(https_port),
                "REDIRECT_PORT": f":{https_port}",
                "IMIN_WEB": f"127.0.0.1:{port}",
                "IMIN_ASK": f"http://127.0.0.1:{port + 2}/internal/tls/ask",
                "CADDY_EXTRA": str(folder / "extra"),
            },
            stdout=log,
            stderr=log,
        )
    try:
        _wait(folder, caddy)
        behind = {"IMIN_TRUSTED_PROXIES": "127.0.0.1", "IMIN_CA_FILE": str(_authority(folder))}
        with demo(folder / "data", port=port, edge_port=https_port, **behind) as stack:
            yield Edge(http_port, https_port, folder, stack)
    finally:
        caddy.terminate()
        caddy.wait(timeout=20)


def trusting_home(edge: Edge) -> Path:
    """Return a home folder in which a browser trusts the edge's authority."""
    home = edge.folder / "home"
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-n", "edge", "-t", "C,,", "-i", str(edge.authority)]):
        subprocess.run([str(program("certutil")), "-d", f"sql:{store}", *words], check=True, capture_output=True)
    return home


def _authority(folder: Path) -> Path:
    return folder / ".local" / "share" / "caddy" / "pki" / "authorities" / "local" / "root.crt"


def _wait(folder: Path, caddy: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if _authority(folder).exists():
            return
        assert caddy.poll() is None, (folder / "caddy.log").read_text()
        time.sleep(0.1)
    raise AssertionError((folder / "caddy.log").read_text())
