"""Coming back: state, iss, error, code, and sign-ins that are late, used or somebody else's."""

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


@pytest.mark.parametrize("returned", [{"state": "another"}, {"state": LEFT_OUT}, {"state": ""}, {"state": "\x00"}])
def test_invalid_and_missing_state(browser, provider, log, returned):
    provider.returned = returned
    shown(browser.come_back(), 400, "This sign-in was not started here")
    assert why(log)["rule"] == "state"
    assert provider.visits("/token") == []


def test_error_with_a_wrong_state_is_not_believed(browser, provider, log):
    browser.sign_in()
    provider.returned = {"error": "login_required", "code": LEFT_OUT, "state": "another"}
    shown(browser.open(browser.visit(browser.open("/oidc/start")["Location"])), 400, "not started here")
    assert why(log)["rule"] == "state"
    assert browser.open("/edit").status_code == 200


def test_another_browser_cannot_finish_a_sign_in(browser, log):
    back = browser.visit(browser.start())
    shown(Browser().open(back), 400, "This sign-in was not started here")
    assert "a cookie came: False" in why(log)["cause"]
    assert browser.open(back).status_code == 302  # and has not spoiled it


def test_callback_on_the_wrong_brokers_host(make_broker, log):
    make_broker("acmebroker")
    make_broker("harbour")
    one, other = Browser("acmebroker"), Browser("harbour")
    back = one.visit(one.start())
    other.client.cookies["__Host-signin"] = one.client.cookies["__Host-signin"].value
    response = other.open(back)
    assert response.status_code == 400
    assert "Acmebroker" not in response.content.decode()
    assert why(log)["rule"] == "state"
    assert one.open(back).status_code == 302


def test_parameters_that_come_twice_are_refused(browser, log):
    back = browser.visit(browser.start())
    shown(browser.open(f"{back}&code=other"), 400, "not started here")
    assert why(log)["rule"] == "once"


def test_back_button(browser, log):
    back = browser.visit(browser.start("/edit/7"))
    browser.open(back)
    page = browser.open(back)
    shown(page, 400, "This page was already used")
    assert 'href="/edit/7"' in page.content.decode()
    assert why(log)["rule"] == "state"
    assert browser.open("/edit").status_code == 200  # still signed in


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


def test_expired_transaction(browser, provider, settings, log):
    back = browser.visit(browser.start())
    settings.CLOCK_OFFSET = 600
    shown(browser.open(back), 400, "Signing in took too long")
    assert why(log)["rule"] == "state"
    assert provider.visits("/token") == []


def test_a_transaction_of_nine_minutes_is_good(browser, provider, settings):
    back = browser.visit(browser.start())
    settings.CLOCK_OFFSET = provider.clock_offset = 590
    assert browser.open(back).status_code == 302


def test_two_tabs(browser):
    one, other = browser.start("/edit/1"), browser.start("/edit/2")
    assert browser.open(browser.visit(one))["Location"] == "/edit/1"
    first = browser.session
    assert browser.open(browser.visit(other))["Location"] == "/edit/2"
    assert browser.open("/edit").status_code == 200
    thief = Browser()
    thief.client.cookies["__Host-session"] = first
    assert thief.open("/edit").status_code == 302


def test_provider_never_returns(browser):
    browser.start("/edit/1")
    assert browser.sign_in("/edit/2")["path"] == "/edit/2"


# ── iss (RFC 9207) ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("iss", ["https://evil.example", "", LEFT_OUT])
def test_invalid_and_removed_authorization_response_iss(browser, provider, log, iss):
    provider.returned = {"iss": iss}
    shown(browser.come_back(), 502, "We could not be sure that it is you")
    assert why(log)["rule"] == "issuer"
    assert why(log)["paragraph"] == "RFC 9207, 2.4"
    assert provider.visits("/token") == []


def test_iss_with_another_last_slash_is_another_issuer(browser, provider):
    provider.returned = {"iss": f"{provider.issuer}/"}
    assert browser.come_back().status_code == 502


def test_iss_is_checked_before_the_error(browser, provider, log):
    provider.returned = {"iss": "https://evil.example", "error": "login_required", "code": LEFT_OUT}
    assert browser.come_back().status_code == 502
    assert why(log)["rule"] == "issuer"


def test_iss_may_be_missing_where_it_is_not_promised(browser, provider):
    provider.discovery = {"authorization_response_iss_parameter_supported": LEFT_OUT}
    provider.returned = {"iss": LEFT_OUT}
    browser.sign_in()


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


def test_login_required_twice(browser, provider):
    provider.returned = {"error": "login_required", "code": LEFT_OUT}
    asked_to_sign_in(browser.come_back())
    asked_to_sign_in(browser.open(browser.visit(browser.open("/oidc/start?again=1")["Location"])))
    assert len(provider.visits("/authorize")) == 2


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


def test_a_code_that_the_provider_does_not_take(browser, provider, log):
    provider.returned = {"code": "made-up"}
    shown(browser.come_back(), 400, "This page was already used")
    assert why(log)["rule"] == "code"
    assert "invalid_grant" in why(log)["cause"]


def test_no_code_and_no_error(browser, provider, log):
    provider.returned = {"code": LEFT_OUT}
    shown(browser.come_back(), 502, "We could not be sure")
    assert why(log)["rule"] == "code"


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
