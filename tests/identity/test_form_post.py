"""The provider answers by a form (OAuth 2.0 Form Post Response Mode): which cookies come along, and which do not."""

import pytest
from django.test import Client

from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.identity.browser import NAVIGATION, Browser, query_of
from tests.identity.conftest import set_up, why
from tests.identity.provider import KIM, LEFT_OUT
from tests.identity.test_return import shown


@pytest.fixture
def posting(browser) -> Browser:
    """A browser at a Broker whose provider answers by a form."""
    set_up("acmebroker", response_mode="form_post")
    return browser


def live() -> int:
    with as_owner():
        return Session.objects.filter(ended_at=None).count()


def again(browser):
    """Sign in once more, silently."""
    return browser.submit(browser.open("/oidc/start")["Location"])


def test_signing_in(posting):
    url = posting.start("/edit/7")
    assert query_of(url)["response_mode"] == "form_post"
    answer = posting.submit(url)
    assert (answer.status_code, answer["Location"]) == (303, "/edit/7")
    assert posting.open("/edit/7").json()["name"] == "Sam Vale"


def test_other_brokers_are_asked_to_redirect(browser):
    assert "response_mode" not in query_of(browser.start())
    assert set(browser.client.cookies) & {"__Host-signin", "__Host-signin-form"} == {"__Host-signin"}


def test_only_the_key_of_the_sign_in_goes_along_from_elsewhere(posting):
    posting.submit(posting.start())
    marked = {name: morsel for name, morsel in posting.client.cookies.items() if morsel["samesite"] == "None"}
    assert set(marked) == {"__Host-signin-form"}
    morsel = marked["__Host-signin-form"]
    assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["max-age"]) == (True, True, "/", 600)
    assert len(morsel.value) == 43
    assert "__Host-signin" not in posting.client.cookies


# ── the same rules ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("returned", [{"state": "another"}, {"state": LEFT_OUT}, {"code": "made-up"}])
def test_a_form_is_held_to_the_same_rules(posting, provider, returned):
    provider.returned = returned
    assert posting.submit(posting.start()).status_code == 400
    assert live() == 0


def test_state_comes_first(posting, provider, log):
    provider.returned = {"state": "another", "error": "login_required", "iss": "https://evil.example"}
    shown(posting.submit(posting.start()), 400, "not started here")
    assert why(log)["rule"] == "state"


def test_fields_that_come_twice_are_refused(posting, log):
    posting.start()
    shown(posting.post_form("/oidc/callback", {"state": ["a", "b"]}), 400, "not started here")
    assert why(log)["rule"] == "once"


def test_the_query_of_a_form_is_not_read(posting, log):
    url = posting.start()
    state = query_of(url)["state"]
    shown(posting.post_form(f"/oidc/callback?state={state}&code=x", {}), 400, "not started here")
    assert why(log)["rule"] == "state"


def test_another_browser_cannot_finish_it(posting, log):
    answer = Browser().submit(posting.start())
    shown(answer, 400, "not started here")
    assert "a cookie came: False" in why(log)["cause"]


def test_a_session_planted_before_does_not_help(posting, provider, log):
    """Somebody posts their own answer from their own site, to have the person save a card into a foreign account."""
    thief = Browser()
    url = thief.start()
    posting.start()
    shown(posting.submit(url), 400, "not started here")
    assert live() == 0


@pytest.mark.parametrize("origin", ["null", "https://login.elsewhere.example"])
def test_the_origin_says_nothing(posting, origin):
    """A provider's page may hide it, or stand at another host than its endpoint."""
    assert posting.submit(posting.start(), HTTP_ORIGIN=origin).status_code == 303


def test_a_provider_that_redirects_all_the_same(posting, provider, log):
    provider.response_modes = set()
    shown(posting.open(posting.visit(posting.start())), 400, "not started here")
    assert "must do so" in why(log)["cause"]


def test_a_form_where_none_was_asked_for(browser, provider, log):
    back = browser.visit(browser.start())
    fields = query_of(back)
    shown(browser.post_form("/oidc/callback", fields), 400, "not started here")
    browser.client.cookies["__Host-signin"]["samesite"] = "None"  # even if it did go along
    shown(browser.post_form("/oidc/callback", fields), 400, "not started here")
    assert browser.open(back).status_code == 302  # and it was not used up


def test_going_back_shows_that_it_was_used(posting):
    url = posting.start("/edit/7")
    posting.submit(url)
    fields = query_of(url)
    shown(posting.post_form("/oidc/callback", {"state": fields["state"], "code": "x"}), 400, "already used")


def test_a_card_number_in_the_form_is_refused(posting):
    posting.start()
    assert posting.post_form("/oidc/callback", {"state": "4242 4242 4242 4242"}).status_code == 400


# ── the session that was there before ───────────────────────────────────────────────────────────────────────


def test_the_session_before_ends_although_its_cookie_does_not_come(posting, provider):
    posting.submit(posting.start())
    first = posting.session
    provider.person = dict(KIM)
    assert again(posting).status_code == 303
    assert posting.session != first
    assert live() == 1
    assert posting.open("/edit").json()["name"] == "Kim Reed"


def test_signed_out_at_the_broker_since(posting, provider):
    posting.submit(posting.start())
    provider.person = None
    shown(again(posting), 200, "You are not signed in at Acmebroker")
    assert live() == 0
    assert posting.session == ""


def test_two_tabs(posting):
    one, other = posting.start("/edit/1"), posting.start("/edit/2")
    assert posting.submit(one)["Location"] == "/edit/1"
    assert posting.submit(other)["Location"] == "/edit/2"
    assert posting.open("/edit").status_code == 200


def test_signing_in_makes_a_new_csrf_token(posting):
    posting.client.cookies["__Host-csrf"] = "a" * 32
    assert posting.submit(posting.start()).cookies["__Host-csrf"].value != "a" * 32


def test_other_methods_are_refused(posting):
    assert Client(HTTP_HOST=posting.host).put("/oidc/callback", **NAVIGATION).status_code == 405
