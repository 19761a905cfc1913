"""The only opener of outgoing connections: a time limit, a size cap, and no private address unless listed.

The name is resolved here and the connection made to that very address, so that a name that changes its answer
between check and use (DNS rebinding) gains nothing. With development hosts on, `*.localhost` is loopback.

HTTP/1.1 by Python's own parser (docs/decisions/cost-of-a-sign-in.md). A connection is kept for seconds, for the same
name at the same address alone: what a certificate proved for one Broker's provider says nothing about another's.
"""

import ipaddress
import re
import socket
import ssl
import zlib
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse, IncompleteRead
from io import BufferedReader, RawIOBase
from select import POLLIN, poll
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import idna
from django.conf import settings

from imin.ground import hosts

MAX_BYTES = 4 * 1024 * 1024
KEPT_SECONDS = 4  # less than the five after which Node's servers, and so many providers, close
_MOST_KEPT = 100
_CHUNK = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_ALREADY_FINE = "%/:=&?~#+!$,;'@()*[]"  # in an address as others wrote it
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")


class UnreachableError(Exception):
    """The other side could not be reached or did not answer in time; trying later may help."""


class TimedOutError(UnreachableError):
    """The other side took too long; it may have done what was asked."""


class RefusedAddressError(Exception):
    """The address is private or the answer too large; trying again will not help."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: status, headers in lower case, the whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Place:
    """Where a connection leads; one that is kept serves the very same place again."""

    scheme: str
    host: str
    port: int
    address: str


def request(
    method: str,
    url: str,
    *,
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
    timeout_seconds: float | None = None,
) -> Answer:
    """Send one request; redirects are answers, never followed.

    The limit holds for the whole of it, so that one who sends a byte now and then holds nobody up. Raises
    `UnreachableError` on network failures (`TimedOutError` when it took too long) and `RefusedAddressError` on private
    addresses and bodies over `MAX_BYTES`.
    """
    limit = timeout_seconds or settings.HTTP_TIMEOUT_SECONDS
    until = monotonic() + limit
    kept = None
    try:
        place, message = _written(method, url, headers or {}, content)
        kept = _kept.take(place)
        line = kept or _connected(place, limit)
        with ExitStack() as closing:
            closing.callback(line.close)
            answer, again = _exchange(line, method, message, until)
            if again:
                closing.pop_all()
                _kept.give(place, line)
    except TimeoutError as failure:
        raise TimedOutError(f"{method} {url}: it took more than {limit:g} seconds") from failure
    except (OSError, HTTPException, ValueError, zlib.error) as failure:
        if kept and method == "GET" and isinstance(failure, ConnectionError):  # closed at this very moment
            return request(method, url, headers=headers, content=content, timeout_seconds=timeout_seconds)
        raise UnreachableError(f"{method} {url}: {type(failure).__name__}") from failure
    return answer


def _written(method: str, url: str, headers: dict[str, str], content: bytes | None) -> tuple[Place, bytes]:
    """Return whom to ask, and the request as it goes over the line; raises `ValueError` for what cannot be sent."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host:
        raise ValueError(url)
    host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    port = parts.port or _PORTS[parts.scheme]
    named = f"[{host}]" if ":" in host else host
    sent = {
        "Host": named if port == _PORTS[parts.scheme] else f"{named}:{port}",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "User-Agent": "imin",
        **headers,
    }
    if content is not None or method not in {"GET", "HEAD"}:
        sent["Content-Length"] = str(len(content or b""))
    for name, value in sent.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError(name)
    target = quote(parts.path or "/", safe=_ALREADY_FINE) + (
        f"?{quote(parts.query, safe=_ALREADY_FINE)}" if parts.query else ""
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    message = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (content or b"")
    return Place(parts.scheme, host, port, address_of(host, port)), message


def _connected(place: Place, limit: float) -> socket.socket:
    line = socket.create_connection((place.address, place.port), timeout=limit)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if place.scheme == "http":
        return line
    return _trust().wrap_socket(line, server_hostname=place.host)  # which closes what it cannot secure


def _exchange(line: socket.socket, method: str, message: bytes, until: float) -> tuple[Answer, bool]:
    """Return the answer, and whether the connection can serve again."""
    line.settimeout(max(until - monotonic(), 0.001))
    line.sendall(message)
    wire: Any = _Wire(line, until)  # has all that the parser wants of a socket
    response = HTTPResponse(wire, method=method)
    response.begin()
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    body = _body(response, headers.get("content-encoding", ""))
    return Answer(response.status, headers, body), response.isclosed() and not response.will_close


def _body(response: HTTPResponse, encoding: str) -> bytes:
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.strip().lower() == "gzip" else None
    body = bytearray()
    while chunk := response.read(_CHUNK):
        body += unpacking.decompress(chunk, MAX_BYTES + 1 - len(body)) if unpacking else chunk
        if len(body) > MAX_BYTES:
            raise RefusedAddressError(f"The answer has more than {MAX_BYTES} bytes.")
    if response.length:  # the parser takes an early end for the end
        raise IncompleteRead(bytes(body), response.length)
    return bytes(body)


class _Wire:
    """What Python's parser reads an answer from: a socket with a moment at which all of it must have come."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._reading = _Reading(line, until)

    def makefile(self, *_mode: str) -> BufferedReader:
        return BufferedReader(self._reading, _CHUNK)


class _Reading(RawIOBase):
    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        return self._line.recv_into(buffer)


class _Kept:
    """Connections that may serve again, the oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: OrderedDict[socket.socket, tuple[Place, float]] = OrderedDict()

    def take(self, place: Place) -> socket.socket | None:
        """Return the youngest connection to `place` that still stands, if there is one."""
        with self._lock:
            self._drop_old()
            found = next((line for line, (where, _since) in reversed(self._lines.items()) if where == place), None)
            if found is None:
                return None
            del self._lines[found]
        if _is_silent(found):
            return found
        found.close()
        return None

    def give(self, place: Place, line: socket.socket) -> None:
        with self._lock:
            self._lines[line] = (place, monotonic())
            self._drop_old()

    def forget(self) -> None:
        with self._lock:
            while self._lines:
                self._lines.popitem()[0].close()

    def _drop_old(self) -> None:
        before = monotonic() - KEPT_SECONDS
        while self._lines:
            line, (_place, since) = next(iter(self._lines.items()))
            if since > before and len(self._lines) <= _MOST_KEPT:
                return
            self._lines.popitem(last=False)
            line.close()


_kept = _Kept()


def _is_silent(line: socket.socket) -> bool:
    """Say no when the other side closed the connection, or said what nobody asked for."""
    look = poll()
    look.register(line, POLLIN)
    return not look.poll(0)


@cache
def _trust() -> ssl.SSLContext:
    return trust()


def forget() -> None:
    """Close the connections that are kept, and look anew whom to trust (between tests)."""
    _kept.forget()
    _trust.cache_clear()


def trust() -> ssl.SSLContext:
    """Return what a connection trusts: the system's authorities, and those of `IMIN_CA_FILE`."""
    context: ssl.SSLContext = httpx2.create_ssl_context(trust_env=False)
    if settings.CA_FILE:
        context.load_verify_locations(settings.CA_FILE)
    return context


def address_of(host: str, port: int) -> str:
    """Return the address to connect to for `host`; raises `UnreachableError` and `RefusedAddressError`."""
    if hosts.on_this_machine(host):
        return "127.0.0.1"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # the latter for a name that is none
        raise UnreachableError(f"The name {host} has no address.") from None
    address = str(found[0][4][0])
    listed = host in settings.PRIVATE_HOSTS_ALLOWED
    if not ipaddress.ip_address(address).is_global and not listed:
        raise RefusedAddressError(
            f"{host} is at the private address {address}. If that is meant, list it in IMIN_PRIVATE_HOSTS_ALLOWED."
        )
    return address
