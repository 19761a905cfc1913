"""Sign-ins that somebody else asks for (OpenID Connect Core 4), and the doors that they must not open."""

import re
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from imin.ground.database import as_owner
from imin.identity.models import Session, SignIn
from tests.identity.browser import NAVIGATION, Browser, query_of
from tests.identity.conftest import set_up, why
from tests.identity.provider import KIM
from tests.identity.test_return import shown

ORIGIN = "http://cards.acmebroker.localhost:8000"
ELSEWHERE = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://www.acme.example"}


def ask(browser: Browser, provider, **given: str):
    return browser.open(f"/oidc/login?{urlencode({'iss': provider.issuer, **given})}", HTTP_SEC_FETCH_SITE="cross-site")


def test_it_leads_through_the_provider_to_the_page(browser, provider):
    sent = ask(browser, provider, target_link_uri=f"{ORIGIN}/edit/7?tab=history", login_hint="sam@example.org")
    asked = query_of(sent["Location"])
    assert (asked["prompt"], asked["login_hint"]) == ("none", "sam@example.org")
    assert browser.open(browser.visit(sent["Location"]))["Location"] == "/edit/7?tab=history"


def test_without_a_target_it_leads_home(browser, provider):
    assert browser.open(browser.visit(ask(browser, provider)["Location"]))["Location"] == "/edit"
    assert browser.open("/edit").json()["name"] == "Sam Vale"


def test_without_a_hint_none_is_sent(browser, provider):
    assert "login_hint" not in query_of(ask(browser, provider)["Location"])


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_the_hint_goes_on_to_the_request_that_may_ask(browser, provider, mode):
    set_up("acmebroker", response_mode=mode)
    provider.person = None
    there = ask(browser, provider, target_link_uri=f"{ORIGIN}/edit/7", login_hint="sam+cards@example.org")["Location"]
    page = browser.open(browser.visit(there)) if mode == "query" else browser.submit(there)
    (way_on,) = re.findall('href="(/oidc/start[^"]*)"', page.content.decode())
    asked = query_of(browser.open(unescape(way_on))["Location"])
    assert asked["login_hint"] == "sam+cards@example.org"
    assert "prompt" not in asked


def test_a_hint_that_cannot_be_handed_on_does_not_stop_whoever_goes_on(browser, provider):
    for hint in ("x" * 256, "sam\r\nSet-Cookie: a=b"):
        location = browser.open(f"/oidc/start?{urlencode({'again': '1', 'login_hint': hint})}")["Location"]
        assert "login_hint" not in query_of(location)


def test_the_hint_is_forgotten_when_the_session_ends(browser, provider):
    browser.open(browser.visit(ask(browser, provider, login_hint="sam@example.org")["Location"]))
    with as_owner():
        assert Session.objects.get().login_hint == "sam@example.org"
    browser.client.post("/oidc/logout", **NAVIGATION)
    with as_owner():
        assert Session.objects.get().login_hint == ""


def test_the_fragment_of_the_target_is_dropped(browser, provider):
    location = ask(browser, provider, target_link_uri=f"{ORIGIN}/edit/7#top")["Location"]
    assert browser.open(browser.visit(location))["Location"] == "/edit/7"


def test_the_bare_host_is_a_page_too(browser, provider):
    location = ask(browser, provider, target_link_uri=ORIGIN)["Location"]
    assert browser.open(browser.visit(location))["Location"] == "/"


# ── refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def refused(answer, provider, log, rule: str) -> None:
    shown(answer, 400, "This link does not lead here")
    assert 'href="/edit"' in answer.content.decode()
    assert "evil" not in answer.content.decode()
    assert why(log)["rule"] == rule
    with as_owner():
        assert SignIn.objects.count() == 0
    assert provider.asked == []


@pytest.mark.parametrize("iss", ["https://evil.example", "", "{}/", "{}#x"])
def test_another_issuer(browser, provider, log, iss):
    refused(ask(browser, provider, iss=iss.format(provider.issuer)), provider, log, "issuer")


def test_no_issuer(browser, provider, log):
    refused(browser.open("/oidc/login"), provider, log, "issuer")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/edit",
        "//evil.example/edit",
        "/edit",
        "https://cards.acmebroker.localhost:8000/edit",
        "http://cards.acmebroker.localhost/edit",
        "http://cards.acmebroker.localhost:8000@evil.example/edit",
        "http://cards.acmebroker.localhost:8000.evil.example/edit",
        "http://evil@cards.acmebroker.localhost:8000/edit",
        f"{ORIGIN}//evil.example",
        f"{ORIGIN}/\\evil.example",
        f"{ORIGIN}\\@evil.example",
        f"{ORIGIN}/\tevil",
        f"{ORIGIN}/oidc/start?again=1",
        f"{ORIGIN}?x",
        f"{ORIGIN}/edit?{'x' * 600}",
        "http://[",
        "javascript:alert(1)",
    ],
)
def test_a_target_that_is_no_page_of_this_host(browser, provider, log, target):
    refused(ask(browser, provider, target_link_uri=target), provider, log, "page")


@pytest.mark.parametrize("hint", ["x" * 256, "sam\r\nSet-Cookie: a=b"])
def test_a_hint_that_cannot_be_handed_on(browser, provider, log, hint):
    refused(ask(browser, provider, login_hint=hint), provider, log, "hint")


def test_a_parameter_that_comes_twice(browser, provider, log):
    path = f"/oidc/login?{urlencode([('iss', provider.issuer), ('iss', 'https://evil.example')])}"
    refused(browser.open(path), provider, log, "once")


@pytest.mark.parametrize("headers", [{"HTTP_SEC_FETCH_DEST": "iframe"}, {"HTTP_SEC_FETCH_MODE": "cors"}])
def test_a_frame_or_script_begins_nothing(browser, provider, headers):
    answer = browser.open(f"/oidc/login?{urlencode({'iss': provider.issuer})}", **headers)
    assert answer.status_code == 403
    assert provider.asked == []


# ── by a form ───────────────────────────────────────────────────────────────────────────────────────────────


def post(provider, **given: str):
    """Post as another site's form does: without any cookie of ours, from another origin, without our token."""
    careful = Client(HTTP_HOST="cards.acmebroker.localhost", enforce_csrf_checks=True)
    return careful.post("/oidc/login", {"iss": provider.issuer, **given}, **{**NAVIGATION, **ELSEWHERE})


def test_a_form_of_another_site_leads_on_by_get(browser, provider):
    answer = post(provider, target_link_uri=f"{ORIGIN}/edit/7", login_hint="sam@example.org", other="dropped")
    assert answer.status_code == 303
    there = answer["Location"]
    assert urlsplit(there).path == "/oidc/login"
    assert set(query_of(there)) == {"iss", "target_link_uri", "login_hint"}
    location = browser.open(there, HTTP_SEC_FETCH_SITE="cross-site")["Location"]
    assert browser.open(browser.visit(location))["Location"] == "/edit/7"


def test_a_form_does_not_spoil_a_sign_in_under_way(browser, provider):
    back = browser.visit(browser.start("/edit/1"))
    assert post(provider).cookies.keys() == set()
    browser.open(post(provider)["Location"])
    assert browser.open(back)["Location"] == "/edit/1"


def test_a_form_is_held_to_the_same_rules(browser, provider, log):
    refused(post(provider, target_link_uri="https://evil.example/"), provider, log, "page")


def test_a_form_with_a_card_number_is_refused(browser, provider):
    assert post(provider, login_hint="4242 4242 4242 4242").status_code == 400


def test_only_this_route_takes_forms_of_other_sites(browser, provider):
    browser.sign_in()
    for path in ("/oidc/logout", "/oidc/login/", "/oidc/start"):
        assert browser.client.post(path, {}, **{**NAVIGATION, **ELSEWHERE}).status_code == 403, path


def test_somebody_else_is_signed_in_at_the_broker_by_now(browser, provider):
    browser.sign_in()
    provider.person = dict(KIM)
    browser.open(browser.visit(ask(browser, provider)["Location"]))
    assert browser.open("/edit").json()["name"] == "Kim Reed"
