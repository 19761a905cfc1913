"""Discovery, userinfo, and providers that are down, slow or nonsense."""

import time

import pytest

from imin.brokers.acting import EVERY_CUSTOMER, acting
from imin.brokers.models import OpenIdSettings
from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.identity.models import SignIn
from tests.identity.conftest import broker_of, set_up, why
from tests.identity.provider import LEFT_OUT
from tests.identity.test_return import shown

DISCOVERY = "/.well-known/openid-configuration"


# ── discovery ───────────────────────────────────────────────────────────────────────────────────────────────


def test_discovery_is_asked_for_once_an_hour(browser, provider, settings):
    for offset, asked in ((0, 1), (3500, 1), (3700, 2)):
        settings.CLOCK_OFFSET = offset
        browser.start()
        assert len(provider.visits(DISCOVERY)) == asked


def test_a_provider_that_went_down_is_still_known(browser, provider, settings):
    browser.start()
    provider.status = {DISCOVERY: 503}
    for offset, asked in ((3700, 2), (3720, 2), (3740, 3)):  # half a minute's pause after a failure
        settings.CLOCK_OFFSET = offset
        assert "prompt=none" in browser.start()
        assert len(provider.visits(DISCOVERY)) == asked


def test_an_issuer_without_tls_outside_development(browser, settings, log):
    settings.DEVELOPMENT = False
    shown(browser.open("/edit"), 502, "We could not be sure")
    assert "not an https address" in why(log)["cause"]


def test_a_private_address_is_not_asked(browser, log):
    set_up("acmebroker", issuer="https://127.0.0.1")
    assert browser.open("/edit").status_code == 502
    assert "private address" in why(log)["cause"]


# ── down, slow, nonsense ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_provider_down_at_the_start(browser, provider, log, status):
    provider.status = {DISCOVERY: status}
    page = browser.open("/edit/5")
    shown(page, 503, "Acmebroker’s sign-in does not answer")
    assert page["Retry-After"] == "60"
    assert 'href="/edit/5"' in page.content.decode()
    assert str(status) in why(log)["cause"]
    with as_owner():
        assert SignIn.objects.count() == 0


@pytest.mark.parametrize("path", ["/token", "/jwks"])
def test_provider_down_on_the_way_back(browser, provider, path):
    provider.status = {path: 503}
    shown(browser.come_back(), 503, "Acmebroker’s sign-in does not answer")


def test_provider_unreachable(browser, log):
    set_up("acmebroker", issuer="http://acmebroker.localhost:1")
    shown(browser.open("/edit"), 503, "Acmebroker’s sign-in does not answer")
    assert "ConnectionRefusedError" in why(log)["cause"]


def test_provider_slow(browser, provider, settings, log):
    settings.HTTP_TIMEOUT_SECONDS = 0.2
    provider.slow = {"/token": 1}
    started = time.monotonic()
    back = browser.visit(browser.start())
    shown(browser.open(back), 503, "Acmebroker’s sign-in does not answer")
    assert time.monotonic() - started < 1
    assert "took more than 0.2 seconds" in why(log)["cause"]


def test_an_answer_that_is_not_json(browser, provider):
    for path in (DISCOVERY, "/token"):
        provider.nonsense = {path}
        shown(browser.open("/edit") if path == DISCOVERY else browser.come_back(), 502, "We could not be sure")


def test_a_broker_without_settings(browser):
    with as_owner():
        OpenIdSettings.objects.all().delete()
    shown(browser.open("/edit"), 503, "Signing in is not set up yet")


def test_no_transaction_is_open_while_the_provider_thinks(browser, provider):
    """A slow provider must not hold a database connection's transaction."""
    from threading import Thread

    from django.db import connections

    provider.slow = {"/token": 0.6}
    back = browser.visit(browser.start())
    going = Thread(target=lambda: (browser.open(back), connections.close_all()))
    going.start()
    time.sleep(0.3)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%%'"
        )
        (idle,) = cursor.fetchone()
    going.join()
    assert idle == 0


# ── userinfo ────────────────────────────────────────────────────────────────────────────────────────────────


def email_of_the_customer() -> str:
    with acting(broker_of().id, EVERY_CUSTOMER):
        return Customer.objects.get().email


def test_userinfo_is_not_asked_when_nothing_is_missing(browser, provider):
    browser.sign_in()
    assert provider.visits("/userinfo") == []


def test_what_is_not_in_the_scope_is_not_asked_for(browser, provider):
    set_up("acmebroker", scope="openid")
    provider.in_userinfo = {"email", "email_verified", "given_name", "family_name"}
    browser.sign_in()
    assert provider.visits("/userinfo") == []


def test_the_id_token_counts_where_both_speak(browser, provider):
    provider.in_userinfo = {"given_name", "family_name"}
    provider.userinfo = {"email": "other@example.org"}
    browser.sign_in()
    assert email_of_the_customer() == "sam@example.org"


def test_userinfo_down_or_refusing(browser, provider):
    provider.in_userinfo = {"email"}
    for status, answered in ((503, 503), (401, 502)):
        provider.status = {"/userinfo": status}
        assert browser.come_back().status_code == answered


def test_a_provider_without_userinfo(browser, provider):
    provider.in_userinfo = {"email"}
    provider.discovery = {"userinfo_endpoint": LEFT_OUT}
    browser.sign_in()
    assert email_of_the_customer() == ""


def test_what_the_provider_says_is_cut_to_what_can_be_kept(browser, provider):
    provider.person |= {
        "given_name": "Sam\x00 4242 4242 4242 4242",
        "family_name": "V" * 400,
        "email": "x" * 300 + "@example.org",
        "sid": "s" * 400,
    }
    said = browser.sign_in()
    assert said["name"] == "Sam [card number removed]"
    assert email_of_the_customer() == ""


def test_a_provider_that_only_knows_a_whole_name(browser, provider):
    provider.person = {"sub": "sam-1", "name": "Sam Vale", "email": None}
    assert browser.sign_in()["name"] == "Sam Vale"
