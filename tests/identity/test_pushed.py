"""Pushed authorization requests (RFC 9126): used where they are offered, and never given up for a plain request."""

import pytest

from imin.ground.database import as_owner
from imin.identity.models import SignIn
from tests.identity.browser import query_of
from tests.identity.conftest import set_up, why
from tests.identity.provider import LEFT_OUT, Provider
from tests.identity.test_client_authentication import use_keys
from tests.identity.test_return import shown


@pytest.fixture
def par(provider) -> Provider:
    provider.discovery = {"pushed_authorization_request_endpoint": f"{provider.issuer}/par"}
    return provider


def test_the_browser_takes_only_a_reference_along(browser, par):
    assert set(query_of(browser.start())) == {"client_id", "request_uri"}
    (pushed,) = par.visits("/par")
    assert pushed["prompt"] == "none"
    assert len(pushed["state"]) == len(pushed["nonce"]) == len(pushed["code_challenge"]) == 43


@pytest.mark.parametrize("authentication", ["client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_signing_in_by_a_pushed_request(browser, par, authentication):
    if authentication == "private_key_jwt":
        use_keys(par, browser)
    set_up("acmebroker", authentication=authentication)
    assert browser.sign_in()["name"] == "Sam Vale"


def test_each_assertion_is_used_once(browser, par):
    use_keys(par, browser)
    browser.sign_in()
    assert par.visits("/par")[0]["client_assertion"] != par.visits("/token")[0]["client_assertion"]


def test_a_provider_that_offers_none_is_asked_plainly(browser, provider):
    assert "state" in query_of(browser.start())
    assert provider.visits("/par") == []


def nothing_began() -> bool:
    with as_owner():
        return SignIn.objects.count() == 0


@pytest.mark.parametrize("required", [True, False])
def test_a_refused_push_is_never_followed_by_a_plain_request(browser, par, log, required):
    par.discovery["require_pushed_authorization_requests"] = required
    par.client_secret = "another"
    shown(browser.open("/edit/5"), 502, "could not sign you in")
    assert "invalid_client" in why(log)["cause"]
    assert nothing_began()
    assert par.visits("/authorize") == []


@pytest.mark.parametrize(("status", "answered"), [(500, 503), (503, 503), (429, 503), (404, 502), (200, 502)])
def test_an_endpoint_that_is_down_or_odd(browser, par, status, answered):
    par.status = {"/par": status}
    assert browser.open("/edit").status_code == answered
    assert nothing_began()


@pytest.mark.parametrize("uri", [LEFT_OUT, "", 7, None, "x" * 3000])
def test_an_answer_without_a_reference(browser, par, uri):
    par.par = {"request_uri": uri}
    shown(browser.open("/edit"), 502, "We could not be sure")
    assert nothing_began()


def test_required_without_a_place(browser, provider, log):
    provider.discovery = {"require_pushed_authorization_requests": True}
    shown(browser.open("/edit"), 502, "We could not be sure")
    assert why(log)["rule"] == "pushing"


def test_the_endpoint_must_have_tls(browser, par, log):
    par.discovery["pushed_authorization_request_endpoint"] = "http://acmebroker.example/par"
    assert browser.open("/edit").status_code == 502
    assert why(log)["rule"] == "endpoints"
