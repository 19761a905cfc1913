"""Signing out at both ends (RP-Initiated Logout 1.0)."""

import re

import pytest
from django.test import Client

from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.identity.browser import Browser, query_of
from tests.identity.conftest import why
from tests.identity.provider import LEFT_OUT


def leave(browser):
    return browser.client.post("/oidc/logout")


def sent_to(page) -> dict[str, str]:
    return query_of(page["Refresh"].removeprefix("0; url="))


def test_oidcc_client_test_rp_init_logout(browser, provider):
    browser.sign_in()
    old = browser.session
    page = leave(browser)
    assert page.status_code == 200
    assert page["Refresh"].startswith(f"0; url={provider.issuer}/end-session?")
    asked = sent_to(page)
    assert asked["client_id"] == "acmebroker-client"
    assert asked["post_logout_redirect_uri"] == "http://cards.acmebroker.localhost:8000/oidc/signed-out"
    assert asked["id_token_hint"].startswith("eyJ")
    over = browser.open(f"/oidc/signed-out?state={asked['state']}")
    assert over.status_code == 200
    assert "You are signed out here and at Acmebroker" in over.content.decode()
    browser.client.cookies["__Host-session"] = old
    assert browser.open("/edit").status_code == 302


def test_the_page_itself_holds_no_token_and_has_a_way_on_without_refresh(browser, provider):
    browser.sign_in()
    page = leave(browser).content.decode()
    assert "eyJ" not in page
    assert re.search(rf'href="{provider.issuer}/end-session\?[^"]*state=', page)


def test_the_session_is_over_here_before_the_provider_is_reached(browser):
    browser.sign_in()
    leave(browser)
    assert browser.session == ""
    with as_owner():
        session = Session.objects.get()
    assert session.ended_at
    assert session.id_token_encrypted == ""


@pytest.mark.parametrize("query", ["?state=another", "?state=", ""])
def test_oidcc_client_test_rp_init_logout_other_and_no_state(browser, query):
    browser.sign_in()
    leave(browser)
    over = browser.open(f"/oidc/signed-out{query}")
    assert over.status_code == 400
    assert "we cannot be sure" in over.content.decode()


def test_a_state_works_once(browser):
    browser.sign_in()
    state = sent_to(leave(browser))["state"]
    assert browser.open(f"/oidc/signed-out?state={state}").status_code == 200
    assert browser.open(f"/oidc/signed-out?state={state}").status_code == 400


def test_a_provider_without_sign_out(browser, provider):
    provider.discovery = {"end_session_endpoint": LEFT_OUT}
    browser.sign_in()
    response = leave(browser)
    assert (response.status_code, response["Location"]) == (302, "/oidc/signed-out")
    over = browser.open(response["Location"])
    assert "You are signed out" in over.content.decode()
    assert "at Acmebroker too" not in over.content.decode()
    assert browser.open("/edit").status_code == 302


def test_a_provider_that_is_down(browser, provider, settings, log):
    browser.sign_in()
    provider.status = {"/.well-known/openid-configuration": 503}
    settings.CLOCK_OFFSET = 26 * 3600
    page = leave(browser)
    assert page.status_code == 200
    assert "you may still be signed in there" in page.content.decode()
    assert browser.session == ""
    assert why(log)["error"] == "ProviderDownError"


def test_signing_out_past_the_idle_limit_still_signs_out_at_the_provider(browser, settings):
    browser.sign_in()
    settings.CLOCK_OFFSET = 20 * 60
    assert "id_token_hint" in sent_to(leave(browser))


def test_signing_out_without_a_session(browser):
    assert leave(browser)["Location"] == "/oidc/signed-out"


def test_signing_out_needs_a_post_from_our_own_page(browser):
    browser.sign_in()
    assert browser.open("/oidc/logout").status_code == 405
    assert browser.client.post("/oidc/logout", HTTP_ORIGIN="http://acmebroker.localhost:8000").status_code == 403
    strict = Client(HTTP_HOST=browser.host, enforce_csrf_checks=True)
    strict.cookies["__Host-session"] = browser.session
    assert strict.post("/oidc/logout").status_code == 403
    assert browser.open("/edit").status_code == 200


def test_signing_out_ends_no_other_session(browser, provider):
    browser.sign_in()
    other = Browser()
    other.sign_in()
    leave(browser)
    assert other.open("/edit").status_code == 200
