import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from imin.brokers.models import Broker, Domain
from imin.ground import clock, http
from tests.brokers.dns_server import DnsServer
from tests.brokers.https_server import Authority, HttpsServer

HOST = "cards.acme.example"
OURS = "192.0.2.1"


@pytest.fixture
def dns(settings) -> Iterator[DnsServer]:
    server = DnsServer()
    settings.DNS_RESOLVER = server.address
    yield server
    server.stop()


@pytest.fixture
def domain(owner, dns) -> Domain:
    """A pending domain of Acme's, whose records are as they must be."""
    broker = Broker.objects.create(slug="acme", name="Acme", dashboard_url="https://acme.example/")
    made = Domain.objects.create(broker=broker, host=HOST)
    dns.set(made.target, "A", OURS)
    dns.set(made.host, "CNAME", made.target)
    dns.set(made.challenge, "TXT", made.proof)
    return made


@pytest.fixture
def serve(settings, monkeypatch, tmp_path) -> Iterator[Callable[..., HttpsServer]]:
    """Return what starts a server over TLS at HOST, as the world's network would lead to it."""
    running: list[HttpsServer] = []
    genuine = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: genuine(_here(host), *rest, **more))
    settings.PRIVATE_HOSTS_ALLOWED = [HOST]
    settings.PUBLIC_SCHEME = "https"
    authority = Authority(tmp_path)

    def start(*names: str, days_left: float = 60, trusted: bool = True, other: bool = False) -> HttpsServer:
        now = clock.now()
        issued_at = now - timedelta(days=90 - days_left) if days_left < 90 else now
        context = authority.context(
            *(names or (HOST,)), issued_at=issued_at, expires_at=now + timedelta(days=days_left)
        )
        settings.CA_FILE = str(authority.file) if trusted else ""
        http.forget()
        server = HttpsServer(context, other=other)
        settings.PUBLIC_PORT = server.port
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()
    http.forget()


def _here(host: str) -> str:
    return "127.0.0.1" if host == HOST else host
