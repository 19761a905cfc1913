"""The only opener of outgoing connections: a time limit, a size cap, and no private address unless listed.

The name is resolved here and the connection made to that very address, so that a name that changes its answer
between check and use (DNS rebinding) gains nothing. With development hosts on, `*.localhost` is loopback.
"""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from time import monotonic

import httpx2
from django.conf import settings

from imin.ground import hosts

MAX_BYTES = 4 * 1024 * 1024


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

    The limit holds for each wait and for the whole body, so that one who sends a byte now and then holds nobody up.
    Raises `UnreachableError` on network failures (`TimedOutError` when it took too long) and
    `RefusedAddressError` on private addresses and bodies over `MAX_BYTES`.
    """
    limit = timeout_seconds or settings.HTTP_TIMEOUT_SECONDS
    until = monotonic() + limit
    try:
        with _client().stream(method, url, headers=headers, content=content, timeout=limit) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise RefusedAddressError(f"{url} answered with more than {MAX_BYTES} bytes.")
                if monotonic() > until:
                    raise TimedOutError(f"{method} {url}: the body took more than {limit} seconds")
            return Answer(response.status_code, dict(response.headers.items()), bytes(body))
    except httpx2.TimeoutException as failure:
        raise TimedOutError(f"{method} {url}: {type(failure).__name__}") from failure
    except (httpx2.TransportError, httpx2.InvalidURL, httpx2.DecodingError) as failure:
        raise UnreachableError(f"{method} {url}: {type(failure).__name__}") from failure


@cache
def _client() -> httpx2.Client:
    transport = _GuardedTransport(verify=trust(), trust_env=False)
    return httpx2.Client(transport=transport, follow_redirects=False, trust_env=False)


def trust() -> ssl.SSLContext:
    """Return what a connection trusts: the system's authorities, and those of `IMIN_CA_FILE`."""
    context: ssl.SSLContext = httpx2.create_ssl_context(trust_env=False)
    if settings.CA_FILE:
        context.load_verify_locations(settings.CA_FILE)
    return context


class _GuardedTransport(httpx2.HTTPTransport):
    """Connects to the address that was checked, with the name in Host, SNI and certificate check."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        address = address_of(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        return super().handle_request(
            httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
        )


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
