"""Whole silent sign-ins over and over: our redirect, the provider's, our callback; keep-alive connections."""

import re
import socket
import time
from itertools import cycle
from urllib.parse import urlsplit

from bench.load import get, read_answer, together

_COOKIE = re.compile(rb"\r\nset-cookie: ([^=]+=[^;]+);", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: ([^\r]+)\r", re.IGNORECASE)


class Walker:
    """One browser after another on two connections: to the relying party and to the provider."""

    def __init__(self, port: int, provider_port: int) -> None:
        self.ours = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.theirs = socket.create_connection(("127.0.0.1", provider_port), timeout=20)

    def sign_in(self, host: str) -> None:
        """Sign somebody in at `host` whose browser was never there; raises `RuntimeError` when that fails."""
        request, cookies = self._step(self.ours, host, "/edit", {})
        back, _ = self._step(self.theirs, request.netloc, f"{request.path}?{request.query}", {})
        _, cookies = self._step(self.ours, host, f"{back.path}?{back.query}", cookies)
        if not any("session" in name for name in cookies):
            raise RuntimeError(f"no session at {host}")

    def _step(self, connection: socket.socket, host: str, path: str, cookies: dict[str, str]):  # noqa: ANN202
        connection.sendall(get(host, path, cookies))
        head = read_answer(connection) + b"\r\n"
        location = _LOCATION.search(head)
        if not location:
            raise RuntimeError(f"{host}{path}: {head[:300].decode(errors='replace')}")
        given = dict(cookie.decode().split("=", 1) for cookie in _COOKIE.findall(head))
        return urlsplit(location[1].decode()), given


def walk(port: int, provider_port: int, hosts: list[str], *, seconds: float, browsers: int = 4) -> int:
    """Sign in at `hosts` in turn for `seconds`, or once at each when that is 0; return how many sign-ins there were."""
    end = time.monotonic() + seconds

    def work(index: int, failures: list[str]) -> int:
        mine = hosts[index::browsers] or hosts
        walker, count = Walker(port, provider_port), 0
        with walker.ours, walker.theirs:
            for host in cycle(mine) if seconds else mine:
                if failures or (seconds and time.monotonic() >= end):
                    break
                walker.sign_in(host)
                count += 1
        return count

    return together(browsers, work)
