"""The whole product over TLS, behind the Caddyfile that the guide gives: certificates only for hosts of ours."""

import os
import time
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import expect

from tests.debian import missing
from tests.journeys.caddy import Edge, edge, trusting_home
from tests.journeys.chromium import ARGUMENTS, CHROMIUM
from tests.journeys.person import Person
from tests.journeys.stack import ROOT

CARDS = "cards.acmebroker.localhost"
pytestmark = pytest.mark.skipif(bool(missing("caddy", "certutil")), reason=missing("caddy", "certutil"))


@pytest.fixture(scope="module")
def behind() -> Iterator[Edge]:
    with edge(ROOT / ".cache" / "edge") as running:
        yield running


def test_a_customer_signs_in_silently_and_adds_a_card_over_tls(behind, chromium):
    home = {**os.environ, "HOME": str(trusting_home(behind))}
    with chromium.browser_type.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=home) as browser:
        context = browser.new_context(locale="en-GB")
        context.set_default_timeout(15_000)
        person = Person(context.new_page(), behind.stack)
        person.sign_in_at_broker()
        person.open_cards()
        assert person.page.url == behind.stack.cards()
        person.add("4242 4242 4242 4242")
        assert len(person.cards()) == 1
        person.start_adding("4000 0025 0000 3155")
        person.answer_challenge("Complete")
        expect(person.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
        assert len(person.cards()) == 2
        ours = [cookie for cookie in context.cookies() if cookie["domain"] == CARDS]
        assert ours
        assert all(cookie["name"].startswith("__Host-") and cookie["secure"] for cookie in ours)


@pytest.mark.parametrize("host", [CARDS, "cards.harbour.localhost", "book.localhost", "console.localhost"])
def test_every_host_of_ours_has_a_certificate_that_verifies_and_says_hsts(behind, host):
    answer = behind.get(host)
    assert answer.status_code in {200, 302, 404}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "server" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", f"evil.{CARDS}", "cards.nobody.localhost", "localhost"])
def test_a_host_that_is_not_ours_gets_no_certificate(behind, host):
    with pytest.raises(httpx2.ConnectError, match=r"SSL|TLS|alert"):
        behind.get(host)
    assert not list(behind.folder.rglob(f"{host}.crt"))


def test_a_new_domain_has_a_certificate_within_seconds(behind):
    host = "cards.fresh.localhost"
    with pytest.raises(httpx2.ConnectError):
        behind.get(host)
    with behind.stack.database() as connection:
        connection.execute(
            "UPDATE brokers_domain SET host = %s WHERE host = 'cards.harbour.localhost'",
            [host],
        )
    time.sleep(5)
    assert behind.get(host, "/oidc/signed-out").status_code == 200


def test_plain_http_is_sent_to_tls(behind):
    answer = httpx2.get(
        f"http://127.0.0.1:{behind.http_port}/edit?a=b", headers={"Host": f"{CARDS}:{behind.http_port}"}
    )
    assert answer.status_code == 308
    assert answer.headers["location"] == f"https://{CARDS}:{behind.https_port}/edit?a=b"


def test_the_log_names_who_asked_and_not_whom_they_claim_to_be(behind):
    behind.get(CARDS, "/oidc/signed-out", address="127.0.0.9", **{"X-Forwarded-For": "203.0.113.99"})
    log = behind.stack.log()
    assert "client=127.0.0.9" in log
    assert "203.0.113.99" not in log


def test_headers_that_are_too_large_end_at_the_edge(behind):
    assert behind.get(CARDS, **{"X-Long": "x" * 40_000}).status_code == 431
