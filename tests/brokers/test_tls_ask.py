"""What the edge asks: from memory, for exactly the hosts that we serve, and nothing else."""

import http.client
import json
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured

from imin.brokers.known_hosts import KnownHosts
from imin.brokers.models import Broker, Domain
from imin.brokers.tls_ask import AskServer, listen
from imin.ground.database import as_owner
from tests.brokers import build

HOST = "cards.acmebroker.localhost"
PLATFORM = frozenset({"book.localhost", "console.localhost"})


@pytest.fixture
def edge(database, tmp_path, settings) -> Iterator[AskServer]:
    """Return a server that has read the database once."""
    build.broker()
    known = KnownHosts(always=PLATFORM, file=tmp_path / "hosts.json")
    known.refresh()
    settings.TLS_ASK_PORT = 0
    with listen() as server:
        server.known = known
        yield server


def ask(server: AskServer, path: str, method: str = "GET") -> int:
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    finally:
        connection.close()
        thread.join()


def about(server: AskServer, domain: str) -> int:
    return ask(server, f"/internal/tls/ask?domain={quote(domain)}")


@pytest.mark.parametrize(
    "domain", [HOST, HOST.upper(), f"{HOST}.", f"{HOST}:443", "book.localhost", "console.localhost"]
)
def test_a_host_of_ours_may_have_a_certificate_however_it_is_written(edge, domain):
    assert about(edge, domain) == 200


@pytest.mark.parametrize(
    "domain",
    [
        "acmebroker.localhost",
        f"evil.{HOST}",
        f"{HOST}.evil.example",
        "*.acmebroker.localhost",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "a b",
        "x" * 5000,
        "\0",
        "",
    ],
)
def test_no_other_name_may(edge, domain):
    assert about(edge, domain) == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/internal/tls/ask",
        f"/internal/tls/ask/?domain={HOST}",
        f"/internal/tls/ask?domain={HOST}&domain=evil.example",
        f"/edit?domain={HOST}",
        f"/internal/tls/ask?host={HOST}",
    ],
)
def test_nothing_else_is_answered_there(edge, path):
    assert ask(edge, path) == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_nor_any_other_method(edge, method):
    assert ask(edge, f"/internal/tls/ask?domain={HOST}", method) == 501


@pytest.mark.parametrize(
    ("state", "status"),
    [("pending", 404), ("verified", 200), ("active", 200), ("failing", 200), ("removed", 404)],
)
def test_a_certificate_may_be_had_from_the_proof_on_until_the_removal(edge, state, status):
    with as_owner():
        Domain.objects.update(state=state)
    assert about(edge, HOST) == 200  # what was read last
    edge.known.refresh()
    assert about(edge, HOST) == status


def test_an_inactive_brokers_hosts_are_refused(edge):
    with as_owner():
        Broker.objects.update(active=False)
    edge.known.refresh()
    assert about(edge, HOST) == 404


def test_a_restart_without_a_database_remembers(edge, tmp_path):
    again = KnownHosts(always=PLATFORM, file=tmp_path / "hosts.json")
    assert again.serves(HOST) is True
    assert again.serves("evil.example") is False


@pytest.mark.parametrize("text", [None, "", "{", "7", "[[]]"])
def test_what_was_never_read_is_not_known_yet(edge, tmp_path, text):
    file = tmp_path / "other.json"
    if text is not None:
        file.write_text(text)
    edge.known = KnownHosts(always=PLATFORM, file=file)
    assert about(edge, HOST) == 503
    assert about(edge, "book.localhost") == 200
    edge.known.refresh()
    assert about(edge, HOST) == 200
    assert json.loads(file.read_text()) == [HOST]


def test_a_taken_port_is_named(edge, settings):
    settings.TLS_ASK_PORT = edge.server_address[1]
    with pytest.raises(ImproperlyConfigured, match="IMIN_TLS_ASK_PORT"):
        listen()
