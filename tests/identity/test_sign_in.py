"""The whole way: what is sent to the provider, and what the browser is left with."""

import re

from imin.ground.database import as_owner
from imin.identity.models import Session, SignIn
from tests.identity.browser import Browser, query_of
from tests.identity.conftest import set_up
from tests.identity.provider import KIM, LEFT_OUT


def test_oidcc_client_test(browser):
    said = browser.sign_in("/edit?from=dashboard")
    assert said["name"] == "Sam Vale"
    assert said["path"] == "/edit?from=dashboard"


def test_authorization_request(browser, provider):
    asked = query_of(browser.start())
    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "prompt")} == {
        "response_type": "code",
        "client_id": "acmebroker-client",
        "redirect_uri": "http://cards.acmebroker.localhost:8000/oidc/callback",
        "scope": "openid profile email",
        "prompt": "none",
    }
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))


def test_every_request_has_values_of_its_own(browser):
    one, other = query_of(browser.start()), query_of(browser.start())
    assert all(one[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_openid_is_asked_for_even_when_the_setting_forgot_it(browser):
    set_up("acmebroker", scope="email phone")
    assert query_of(browser.start())["scope"] == "openid email phone"


def test_again_lets_the_provider_ask_the_person(browser):
    assert "prompt" not in query_of(browser.open("/oidc/start?again=1")["Location"])
    assert query_of(browser.open("/oidc/start")["Location"])["prompt"] == "none"


def test_a_query_of_the_authorization_endpoint_is_kept(browser, provider):
    provider.discovery = {"authorization_endpoint": f"{provider.issuer}/authorize?tenant=7"}
    url = browser.start()
    assert query_of(url)["tenant"] == "7"
    assert query_of(url)["response_type"] == "code"


def test_no_token_code_or_secret_reaches_the_browser(browser, provider):
    back = browser.come_back()
    sent = f"{back.headers} {back.content.decode()} {back.cookies.output()}"
    assert "eyJ" not in sent
    assert not any(code in sent for code in provider.codes)
    assert back["Cache-Control"] == "no-store"


def test_access_tokens_are_not_kept_and_the_id_token_only_encrypted(browser, provider):
    provider.in_userinfo = {"email"}
    browser.sign_in()
    access = next(iter(provider.codes))
    with as_owner():
        rows = f"{list(Session.objects.values())} {list(SignIn.objects.values())}"
    assert access not in rows
    assert "eyJ" not in rows
    assert len(Session.objects.using("owner").get().id_token_encrypted) > 100


def test_cookies_are_host_only_secure_and_hidden_from_scripts(browser):
    back = browser.come_back()
    cookies = {**browser.client.cookies, **back.cookies}
    ours = {name: morsel for name, morsel in cookies.items() if name in {"__Host-session", "__Host-signin"}}
    assert len(ours) == 2
    for morsel in ours.values():
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Lax")
        assert (morsel["path"], morsel["domain"]) == ("/", "")
    assert ours["__Host-signin"]["max-age"] == 600
    assert ours["__Host-session"]["max-age"] == ""


def test_the_database_holds_no_cookie_value(browser):
    browser.sign_in()
    with as_owner():
        rows = f"{list(Session.objects.values())} {list(SignIn.objects.values())}"
    assert browser.session not in rows
    assert browser.client.cookies["__Host-signin"].value not in rows


def test_only_a_local_page_is_returned_to(browser):
    assert browser.open(browser.visit(browser.start(f"/edit?{'x' * 600}")))["Location"] == "/"
    for foreign in ("//evil.example", "https://evil.example/", "/\\evil.example", "edit", "/oidc/start", "/\t/evil"):
        location = browser.client.get("/oidc/start", {"return": foreign})["Location"]
        assert browser.open(browser.visit(location))["Location"] == "/edit", foreign
    location = browser.client.get("/oidc/start", {"return": "/edit/7?tab=history"})["Location"]
    assert browser.open(browser.visit(location))["Location"] == "/edit/7?tab=history"


def test_two_people_at_two_brokers_are_two_customers(make_broker):
    make_broker("acmebroker")
    make_broker("harbour")
    one, other = Browser("acmebroker").sign_in(), Browser("harbour").sign_in()
    assert one["name"] == other["name"] == "Sam Vale"
    assert one["customer"] != other["customer"]


def test_a_session_of_one_broker_is_nothing_at_another(make_broker):
    make_broker("acmebroker")
    make_broker("harbour")
    one, other = Browser("acmebroker"), Browser("harbour")
    one.sign_in()
    other.client.cookies["__Host-session"] = one.session
    assert "harbour.localhost" in other.start()


# ── someone else, and sessions that were there before ───────────────────────────────────────────────────────


def test_a_session_id_that_was_there_before_is_not_kept(browser):
    browser.client.cookies["__Host-session"] = "planted-by-an-attacker"
    browser.sign_in()
    first = browser.session
    assert first != "planted-by-an-attacker"
    browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    assert browser.session != first
    thief = Browser()
    thief.client.cookies["__Host-session"] = first
    assert thief.open("/edit").status_code == 302


def test_account_switched_at_the_broker(browser, provider, settings):
    sam = browser.sign_in()
    old = browser.session
    provider.person = dict(KIM)
    settings.CLOCK_OFFSET = provider.clock_offset = 60
    back = browser.come_back("/edit", HTTP_SEC_FETCH_SITE="same-site")
    page = browser.open(back["Location"], HTTP_SEC_FETCH_SITE="same-site")
    assert page.json()["name"] == "Kim Reed"
    assert page.json()["customer"] != sam["customer"]
    assert "Sam" not in page.content.decode()
    thief = Browser()
    thief.client.cookies["__Host-session"] = old
    assert thief.open("/edit").status_code == 302


def test_signed_out_at_the_broker_since(browser, provider, settings):
    browser.sign_in()
    old = browser.session
    provider.person = None
    settings.CLOCK_OFFSET = provider.clock_offset = 60
    page = browser.come_back("/edit", HTTP_SEC_FETCH_SITE="cross-site")
    assert "You are not signed in at Acmebroker" in page.content.decode()
    assert "Sam" not in page.content.decode()
    assert browser.session == ""
    browser.client.cookies["__Host-session"] = old
    assert browser.open("/edit").status_code == 302


def test_moving_inside_our_pages_asks_the_provider_nothing(browser, settings):
    browser.sign_in()
    settings.CLOCK_OFFSET = 60
    for site in ("same-origin", "none"):
        assert browser.open("/edit/3", HTTP_SEC_FETCH_SITE=site).status_code == 200


def test_arriving_right_after_the_sign_in_is_no_loop(browser):
    back = browser.come_back("/edit", HTTP_SEC_FETCH_SITE="cross-site")
    assert browser.open(back["Location"], HTTP_SEC_FETCH_SITE="cross-site").status_code == 200


# ── who may begin ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_frame_script_or_prefetch_begins_nothing(browser, provider):
    for headers in (
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_SEC_FETCH_MODE": "cors", "HTTP_SEC_FETCH_DEST": "empty"},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
    ):
        page = browser.open("/edit", **headers)
        assert page.status_code == 403, headers
        assert "Please open this page by itself" in page.content.decode()
        assert re.search(r'href="/edit"\s+target="_blank"', page.content.decode())
    with as_owner():
        assert SignIn.objects.count() == 0


def test_a_browser_that_sends_no_fetch_metadata_may_begin(browser):
    assert browser.client.get("/edit").status_code == 302


def test_client_secret_post(browser, provider):
    set_up("acmebroker", authentication="client_secret_post")
    browser.sign_in()
    sent = provider.visits("/token")[0]
    assert (sent["client_id"], sent["client_secret"]) == ("acmebroker-client", "s3cret of acmebroker")


def test_oidcc_client_test_client_secret_basic(browser, provider):
    provider.client_id, secret = "acme:client/ä", "p%40ss word+:ü"
    provider.client_secret = secret
    from imin.ground import vault

    set_up("acmebroker", client_id=provider.client_id, client_secret_encrypted=vault.encrypt(secret))
    browser.sign_in()
    assert "client_secret" not in provider.visits("/token")[0]


def test_tokens_of_another_type_are_not_used(browser, provider):
    for wrong in ({"token_type": "mac"}, {"token_type": LEFT_OUT}, {"id_token": LEFT_OUT}, {"access_token": 7}):
        provider.token = wrong
        assert browser.come_back().status_code == 502, wrong
