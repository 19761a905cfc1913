"""Signing in once more before a card is added or removed, where the Broker wants that."""

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from imin.ground.database import as_owner
from imin.identity import published
from imin.identity.models import Session
from tests.brokers import build
from tests.cards.person import SCRIPT, Person, text
from tests.identity.browser import NAVIGATION, Browser, query_of
from tests.identity.conftest import server, set_up, why  # noqa: F401 the provider's server
from tests.identity.provider import KIM, LEFT_OUT, Provider

ADD = "/edit/cards/add"


@pytest.fixture
def provider(database, server) -> Provider:  # noqa: F811 the fixture of that name
    published.forget()
    build.broker("acmebroker", name="Acme")
    made = server.provider("acmebroker")
    set_up("acmebroker", issuer=made.issuer)
    return made


@pytest.fixture
def browser(provider) -> Browser:
    """Somebody who is signed in; their provider did not say when or how."""
    made = Browser()
    assert made.come_back().status_code == 302
    return made


@pytest.fixture
def log() -> Iterator[list[dict]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def removal(browser) -> str:
    """The page that asks before a card of theirs is removed."""
    with as_owner():
        customer_id = Session.objects.get(ended_at=None).customer_id
    card = Person(build.tenant(), customer_id).card()
    return f"/edit/cards/{card.id}/remove"


def later(seconds: int, settings, provider) -> None:
    settings.CLOCK_OFFSET = provider.clock_offset = seconds


def asked_again(browser, path: str) -> dict[str, str]:
    """Open `path`, be sent to the provider and back to that very page; return what the provider was asked."""
    url = browser.start(path)
    back = browser.open(browser.visit(url))
    assert (back.status_code, back["Location"]) == (302, path), back.content.decode()
    assert browser.open(path, HTTP_SEC_FETCH_SITE="cross-site").status_code == 200
    return query_of(url)


def let_in(browser, path: str) -> bool:
    return browser.open(path).status_code == 200


def post_add(browser):
    body = {"attempt": str(uuid4()), "consent": True}
    return browser.client.post(ADD, body, content_type="application/json", **SCRIPT)


def test_nobody_is_asked_where_the_broker_does_not_want_it(browser, removal):
    assert let_in(browser, ADD)
    assert let_in(browser, removal)


def test_the_provider_asks_and_leads_back_to_that_very_page(browser, removal):
    set_up("acmebroker", step_up_max_age=300)
    asked = asked_again(browser, removal)
    assert asked["max_age"] == "300"
    assert "prompt" not in asked
    assert "acr_values" not in asked
    assert let_in(browser, ADD)  # and is not asked a second time


def test_a_way_to_sign_in(browser, removal):
    set_up("acmebroker", step_up_acr_values="urn:two-factors urn:passkey")
    asked = asked_again(browser, ADD)
    assert asked["acr_values"] == "urn:two-factors urn:passkey"
    assert "max_age" not in asked
    assert let_in(browser, removal)


def test_other_pages_ask_for_nothing(browser, removal):
    set_up("acmebroker", step_up_max_age=300, step_up_acr_values="urn:passkey")
    for path in ("/edit", removal.removesuffix("/remove")):
        assert let_in(browser, path)


def test_it_is_asked_for_again_when_it_was_too_long_ago(browser, provider, settings):
    set_up("acmebroker", step_up_max_age=300)
    asked_again(browser, ADD)
    later(340, settings, provider)
    assert let_in(browser, ADD)  # with the minute of leeway that the ID Token was given
    later(365, settings, provider)
    asked_again(browser, ADD)


def test_a_silent_sign_in_that_says_when_is_enough(browser, provider):
    set_up("acmebroker", step_up_max_age=300)
    provider.claims = {"auth_time": provider.now() - 200}
    browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    assert let_in(browser, ADD)


@pytest.mark.parametrize("said", ["1", True, -5, float("nan"), 9_999_999_999, None])
def test_a_time_that_is_none_is_not_believed(browser, provider, said):
    provider.claims = {"auth_time": said}
    browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    assert let_in(browser, ADD)
    set_up("acmebroker", step_up_max_age=300)
    provider.claims = {}
    asked_again(browser, ADD)


def test_what_userinfo_says_of_it_is_not_believed(browser, provider):
    provider.in_userinfo = {"email"}
    provider.userinfo = {"auth_time": provider.now(), "acr": "urn:passkey"}
    browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    for wanted in ({"step_up_max_age": 300}, {"step_up_max_age": None, "step_up_acr_values": "urn:passkey"}):
        set_up("acmebroker", **wanted)
        assert browser.open(ADD).status_code == 302


# ── a provider that does not do it ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claims", "rule"),
    [
        ({"auth_time": LEFT_OUT}, "auth_time"),
        ({"auth_time": 1_000_000_000}, "auth_time"),
        ({"acr": LEFT_OUT}, "acr"),
        ({"acr": "0"}, "acr"),
        ({"acr": ["urn:passkey"]}, "acr"),
    ],
)
def test_a_provider_that_does_not_heed_it_ends_on_a_page(browser, provider, log, claims, rule):
    set_up("acmebroker", step_up_max_age=300, step_up_acr_values="urn:passkey")
    provider.claims = claims
    page = browser.open(browser.visit(browser.start(ADD)))
    assert page.status_code == 403
    assert "We could not make sure that it is you" in text(page)
    assert 'href="/edit"' in page.content.decode()  # and not to the page that would only ask again
    assert why(log)["rule"] == rule
    assert len(provider.visits("/authorize")) == 2  # of the sign-in before, and this one: no loop
    assert let_in(browser, "/edit")  # who was signed in stays so


@pytest.mark.parametrize("said", ["soon", None, True, 9_999_999_999])
def test_an_auth_time_that_is_none_breaks_a_rule(browser, provider, log, said):
    set_up("acmebroker", step_up_max_age=300)
    provider.claims = {"auth_time": said}
    assert browser.open(browser.visit(browser.start(ADD))).status_code == 502
    assert why(log)["rule"] == "auth_time"


def test_a_provider_that_says_it_cannot(browser, provider):
    set_up("acmebroker", step_up_acr_values="urn:passkey")
    provider.returned = {"error": "unmet_authentication_requirements", "code": LEFT_OUT}
    page = browser.open(browser.visit(browser.start(ADD)))
    assert page.status_code == 403
    assert 'href="/edit"' in page.content.decode()


def test_somebody_else_signs_in_instead(browser, provider, removal):
    set_up("acmebroker", step_up_max_age=300)
    provider.person = dict(KIM)
    assert browser.open(browser.visit(browser.start(removal)))["Location"] == removal
    assert browser.open(removal).status_code == 404  # the card is not theirs


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_that_removes_is_told_that_nothing_happened(browser, provider, removal):
    set_up("acmebroker", step_up_max_age=300)
    page = browser.client.post(removal, {"version": "1"}, **NAVIGATION)
    assert page.status_code == 401
    assert "Nothing was saved" in text(page)
    assert f'href="{removal}"' in page.content.decode()
    assert let_in(browser, removal.removesuffix("/remove"))
    asked_again(browser, removal)
    assert browser.client.post(removal, {"version": "1"}, **NAVIGATION).status_code == 303


def test_the_card_forms_script_is_told_too(browser):
    set_up("acmebroker", step_up_acr_values="urn:passkey")
    answer = post_add(browser)
    assert answer.status_code == 401
    assert answer.json()["type"] == "StepUpNeededError"
    assert "Nothing was saved" in answer.json()["message"]


def test_another_brokers_session_or_a_frame_gets_no_further(browser):
    set_up("acmebroker", step_up_max_age=300)
    assert browser.open(ADD, HTTP_SEC_FETCH_DEST="iframe").status_code == 403


def test_whom_a_link_announced_is_announced_again(browser, provider):
    set_up("acmebroker", step_up_max_age=0)
    link = urlencode({"iss": provider.issuer, "login_hint": "sam@example.org"})
    browser.open(browser.visit(browser.start(f"/oidc/login?{link}")))
    assert query_of(browser.start(ADD))["login_hint"] == "sam@example.org"
