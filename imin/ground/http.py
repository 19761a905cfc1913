"""The only opener of outgoing connections: a time limit, a size cap, and no private address unless listed.

The name is resolved here and the connection made to that very address, so that a name that changes its answer
between check and use (DNS rebinding) gains nothing. With development hosts on, `*.localhost` is loopback.

The library is httpcore2, the part of httpx2 below its cookies and redirects. It keeps a connection for its name, scheme
and port alone: what a certificate proved for one Broker's provider says nothing about another's at the same address.
"""

import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import httpcore2
import httpx2
from django.conf import settings

from imin.ground import hosts

MAX_BYTES = 4 * 1024 * 1024
KEPT_SECONDS = 4  # less than the five after which Node's servers, and so many providers, close
_MOST_KEPT = 16  # each is looked at for each request
_CLOSED_MEANWHILE = (httpcore2.ReadError, httpcore2.WriteError, httpcore2.RemoteProtocolError)


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
    _this_thread.until = monotonic() + limit
    try:
        asked = _asked(method, url, headers or {}, content)
        try:
            return _answer(asked)
        except _CLOSED_MEANWHILE:  # a kept connection at this very moment, it may be
            if method != "GET":
                raise
            return _answer(asked)
    except httpcore2.TimeoutException as failure:
        raise TimedOutError(f"{method} {url}: it took more than {limit:g} seconds") from failure
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.InvalidURL, zlib.error, ValueError) as failure:
        cause = failure.__context__ if isinstance(failure.__context__, OSError) else failure
        raise UnreachableError(f"{method} {url}: {type(cause).__name__}") from failure


def _asked(method: str, url: str, headers: dict[str, str], content: bytes | None) -> httpcore2.Request:
    where = httpx2.URL(url)
    if where.scheme not in {"http", "https"} or not where.host:
        raise ValueError(url)
    sent = {"Host": where.netloc.decode(), "Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "imin", **headers}
    if content is not None or method not in {"GET", "HEAD"}:
        sent["Content-Length"] = str(len(content or b""))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    target = httpcore2.URL(scheme=where.raw_scheme, host=where.raw_host, port=where.port, target=where.raw_path)
    return httpcore2.Request(method, target, headers=raw, content=content)


def _answer(asked: httpcore2.Request) -> Answer:
    response = _pool().handle_request(asked)
    try:
        headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        assert isinstance(response.stream, Iterable)
        return Answer(response.status, headers, _body(response.stream, headers.get("content-encoding", "")))
    finally:
        response.close()


def _body(chunks: Iterable[bytes], encoding: str) -> bytes:
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.strip().lower() == "gzip" else None
    body = bytearray()
    for chunk in chunks:
        body += unpacking.decompress(chunk, MAX_BYTES + 1 - len(body)) if unpacking else chunk
        if len(body) > MAX_BYTES:
            raise RefusedAddressError(f"The answer has more than {MAX_BYTES} bytes.")
    return bytes(body)


_this_thread = threading.local()


def _left() -> float:
    """Return the seconds that this thread's request may still take; raises the library's error when there are none."""
    left: float = _this_thread.until - monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left


class _Network(httpcore2.SyncBackend):
    """Connects to addresses that were checked, and to no others."""

    def connect_tcp(self, host: str, port: int, *_timeout: Any, **_more: Any) -> httpcore2.NetworkStream:
        return _Limited(super().connect_tcp(address_of(host, port), port, timeout=_left()))


class _Limited(httpcore2.NetworkStream):
    """A connection of which each wait ends when the request as a whole must have ended."""

    def __init__(self, line: httpcore2.NetworkStream) -> None:
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 the library says it per wait
        return self._line.read(max_bytes, timeout=_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._line.write(buffer, timeout=_left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        return _Limited(self._line.start_tls(ssl_context, server_hostname, timeout=_left()))

    def close(self) -> None:
        self._line.close()

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


@cache
def _pool() -> httpcore2.ConnectionPool:
    return httpcore2.ConnectionPool(
        ssl_context=trust(),
        max_connections=None,
        max_keepalive_connections=_MOST_KEPT,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=_Network(),
    )


def forget() -> None:
    """Close the connections that are kept, and look anew whom to trust (between tests)."""
    _pool().close()
    _pool.cache_clear()


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
