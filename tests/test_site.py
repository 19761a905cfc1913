"""The front door: host → product and Broker, and what is refused there."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.test import Client

from imin.brokers.front_door import served_hosts
from imin.brokers.models import Broker, Domain
from imin.ground import log
from imin.ground.database import as_owner
from tests.brokers import build

NAVIGATION = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}
CARD = "4242 4242 4242 4242"


def ask(host="cards.acmebroker.localhost:8000", path="/oidc/signed-out", **headers):
    return Client(HTTP_HOST=host, **NAVIGATION).get(path, **headers)


@pytest.mark.parametrize(
    "host", ["cards.acmebroker.localhost", "CARDS.AcmeBroker.localhost:8000", "cards.acmebroker.localhost."]
)
def test_a_host_is_found_however_it_is_written(database, host):
    build.broker()
    assert ask(host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "acmebroker.localhost",
        "cards.acmebroker.localhost.evil.example",
        "evil.cards.acmebroker.localhost",
        "cards.acmebroker",
        "localhost",
        "127.0.0.1",
        "xn--",
        "a b",
        "",
    ],
)
def test_an_unknown_host_gets_a_404_that_names_nobody(database, host):
    build.broker(name="Acme Unmistakable")
    answer = ask(host)
    assert answer.status_code == 404
    assert "unmistakable" not in answer.content.decode().lower()
    assert "acmebroker.localhost" not in answer.content.decode().replace(host or "-", "")


def test_an_inactive_broker_is_as_unknown(database):
    broker = build.broker()
    with as_owner():
        Broker.objects.filter(id=broker.id).update(active=False)
    assert ask().status_code == 404
    with as_owner():
        Broker.objects.filter(id=broker.id).update(active=True)
    assert ask().status_code == 200


@pytest.mark.parametrize("state", Domain.State.values)
def test_exactly_served_states_answer(database, state):
    build.broker()
    with as_owner():
        Domain.objects.update(state=state)
        served = "cards.acmebroker.localhost" in served_hosts()
    assert served == (state in {"verified", "active", "failing"})
    assert ask().status_code == (200 if served else 404)


def test_an_inactive_broker_needs_no_certificate(database):
    build.broker(active=False)
    with as_owner():
        assert served_hosts() == frozenset()


def test_no_address_is_built_from_the_host_header(database):
    build.broker()
    answer = ask("cards.acmebroker.localhost:6666")
    assert ":6666" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/edit?note={CARD}", {}),
        ("/edit/4242424242424242", {}),
        ("/edit", {"HTTP_X_NOTE": CARD}),
        ("/edit", {"HTTP_REFERER": "http://x/?c=4242424242424242"}),
        ("/edit", {"HTTP_COOKIE": "__Host-note=4242424242424242"}),
    ],
)
def test_a_card_number_in_address_or_header_is_refused(database, path, headers):
    build.broker()
    answer = ask(path=path, **headers)
    assert answer.status_code == 400
    assert "4242424242424242" not in answer.content.decode().replace(" ", "")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"])
def test_a_card_number_in_a_body_is_refused(database, kind):
    build.broker()
    client = Client(HTTP_HOST="cards.acmebroker.localhost")
    body = "a=1&nickname=4242+4242+4242+4242" if "form" in kind else '{"nickname": "4242 4242 4242 4242"}'
    assert client.post("/oidc/logout", body, content_type=kind).status_code == 400
    assert client.post("/oidc/logout", {"nickname": CARD}).status_code == 400


def test_two_cookies_of_one_name_are_refused(database):
    build.broker()
    assert ask(HTTP_COOKIE="__Host-session=one; __Host-session=two").status_code == 400
    assert ask(HTTP_COOKIE="__Host-session=one; theirs=1; theirs=2").status_code == 200


def test_oversized_requests_are_refused(database, settings):
    build.broker()
    assert ask(HTTP_X_LONG="x" * 20_000).status_code == 431
    client = Client(HTTP_HOST="cards.acmebroker.localhost")
    assert client.post("/oidc/logout", {"x": "y" * (settings.MAX_BODY_BYTES + 1)}).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "http://acmebroker.localhost:8000"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
)
def test_an_unsafe_request_from_another_origin_is_refused(database, headers):
    build.broker()
    answer = Client(HTTP_HOST="cards.acmebroker.localhost").post("/oidc/logout", **headers)
    assert answer.status_code == 403


def test_every_page_carries_the_security_headers(database):
    build.broker()
    for answer in (ask(), ask("unknown.example"), ask(path="/nowhere")):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Request-Id"]
    nonces = {ask()["Content-Security-Policy"].split("nonce-")[1].split("'")[0] for _ in range(3)}
    assert len(nonces) == 3


@pytest.fixture
def error_lines() -> Iterator[io.StringIO]:
    """Return what the web process logs as errors."""
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    log.configure()
    handler = root.handlers[0]
    handler.setStream(lines)
    handler.setLevel(logging.ERROR)
    yield lines
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_health_check_that_says_down_is_no_error_in_the_log(database, error_lines):
    assert Client(HTTP_HOST="whatever.example").get("/healthz").status_code == 503
    assert error_lines.getvalue() == ""


def test_health_says_what_is_up_on_any_host_and_nothing_else(database):
    answer = Client(HTTP_HOST="whatever.example").get("/healthz")
    assert set(answer.json()) == {"database", "queue", "payments"}
    assert answer.json()["database"] == "up"
    assert answer.json()["queue"] == "down"  # no worker runs beside this test
    assert answer.status_code == 503
