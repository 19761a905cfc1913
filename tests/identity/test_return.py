"""Coming back: what tests/conformance/openid leaves open about the way on, two at once, and what is logged."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.identity.browser import NAVIGATION, Browser
from tests.identity.conftest import set_up, why
from tests.identity.provider import KIM, LEFT_OUT


def shown(response, status: int, words: str) -> None:
    page = response.content.decode()
    assert response.status_code == status, page
    assert words in page
    assert 'class="reference"' in page
    assert response["X-Request-Id"] in page
    assert "Traceback" not in page
    assert "eyJ" not in page
    assert "http://acmebroker.localhost/account" in page


def sessions() -> int:
    with as_owner():
        return Session.objects.count()


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_browser_cannot_finish_a_sign_in(browser, log):
    back = browser.visit(browser.start())
    shown(Browser().open(back), 400, "This sign-in was not started here")
    assert "a cookie came: False" in why(log)["cause"]
    assert browser.open(back).status_code == 302  # and has not spoiled it


def test_of_two_at_once_one_goes_on(browser):
    back = browser.visit(browser.start())
    cookie = f"__Host-signin={browser.client.cookies['__Host-signin'].value}"

    def come_back(_number: int) -> int:
        try:
            return Client(HTTP_HOST=browser.host, HTTP_COOKIE=cookie).get(back, **NAVIGATION).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come_back, range(4))) == [302, 400, 400, 400]
    assert sessions() == 1


def test_a_transaction_of_nine_minutes_is_good(browser, provider, settings):
    back = browser.visit(browser.start())
    settings.CLOCK_OFFSET = provider.clock_offset = 590
    assert browser.open(back).status_code == 302


# ── error ───────────────────────────────────────────────────────────────────────────────────────────────────


def asked_to_sign_in(response) -> str:
    shown(response, 200, "You are not signed in at Acmebroker")
    page = response.content.decode()
    assert page.count("Continue with Acmebroker") == 1
    return page


@pytest.mark.parametrize(
    "error", ["login_required", "interaction_required", "consent_required", "account_selection_required"]
)
def test_a_silent_attempt_that_cannot_be_silent(browser, provider, log, error):
    provider.returned = {"error": error, "code": LEFT_OUT}
    page = asked_to_sign_in(browser.come_back("/edit/5"))
    assert 'href="/oidc/start?again=1&amp;return=%2Fedit%2F5"' in page
    assert why(log)["rule"] == "error"
    assert error in why(log)["cause"]
    assert len(provider.visits("/authorize")) == 1  # no second redirect by itself


def test_continue_asks_the_person_and_leads_back(browser, provider):
    provider.person = None
    asked_to_sign_in(browser.come_back("/edit/5"))
    location = browser.open("/oidc/start?again=1&return=%2Fedit%2F5")["Location"]
    assert browser.open(browser.visit(location))["Location"] == "/edit/5"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, "You did not sign in"),
        ("temporarily_unavailable", 503, "sign-in does not answer"),
        ("server_error", 503, "sign-in does not answer"),
        ("invalid_scope", 502, "could not sign you in"),
        ("<script>alert(1)</script>", 502, "could not sign you in"),
    ],
)
def test_other_errors(browser, provider, log, *, error, status, words):
    description = "<b>look</b> at https://evil.example"
    provider.returned = {"error": error, "error_description": description, "code": LEFT_OUT}
    page = browser.come_back("/edit/5")
    shown(page, status, words)
    assert "evil.example" not in page.content.decode()
    assert "alert" not in page.content.decode()
    assert 'href="/edit/5"' in page.content.decode()
    assert why(log)["rule"] == "error"
    assert (page.get("Retry-After") == "60") == (status == 503)


# ── code ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_client_secret_is_in_the_log_and_not_on_the_page(browser, provider, log):
    provider.client_secret = "another"
    page = browser.come_back()
    shown(page, 502, "We could not be sure")
    assert "invalid_client" in why(log)["cause"]
    assert "s3cret" not in f"{page.content.decode()} {log}"


def test_codes_and_tokens_are_absent_from_the_log(browser, provider, log):
    provider.claims = {"nonce": "other"}
    back = browser.visit(browser.start())
    browser.open(back)
    code = dict(part.split("=") for part in back.partition("?")[2].split("&"))["code"]
    assert code not in str(log)
    assert "eyJ" not in str(log)


def test_a_stray_visit_asks_the_provider_nothing(browser, provider):
    shown(browser.open("/oidc/callback"), 400, "not started here")
    assert provider.asked == []


# ── recognised or not ───────────────────────────────────────────────────────────────────────────────────────


def test_somebody_who_is_not_admitted(browser, provider, log):
    browser.sign_in()
    set_up("acmebroker", create_accounts=False)
    provider.person = dict(KIM)
    shown(browser.open(browser.visit(browser.open("/oidc/start")["Location"])), 403, "There is no account for you")
    assert "accounts are not made" in why(log)["cause"]
    assert browser.session == ""  # nor is the one who was here before shown


def test_signing_in_makes_a_new_csrf_token(browser):
    browser.client.cookies["__Host-csrf"] = "a" * 32
    back = browser.come_back()
    assert back.cookies["__Host-csrf"].value != "a" * 32
