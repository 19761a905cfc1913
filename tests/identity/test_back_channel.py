"""What tests/conformance/openid leaves open about logout tokens: whom they end, types of tokens, floods."""

import pytest

from tests.identity.browser import Browser
from tests.identity.conftest import set_up, why
from tests.identity.provider import KEYS, KIM, LEFT_OUT, by_hand

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATH = "/oidc/back-channel-logout"


def call(token: str, slug: str = "acmebroker", **headers: str):
    """Post as the provider's server does: from elsewhere, without cookies."""
    headers = {"HTTP_ORIGIN": "https://provider.example", "HTTP_SEC_FETCH_SITE": "cross-site", **headers}
    return Browser(slug).client.post(PATH, {"logout_token": token}, **headers)


def refused(response, log) -> str:
    assert response.status_code == 400
    assert response["Cache-Control"] == "no-store"
    assert response.json()["error"] == "invalid_request"
    return why(log)["rule"]


@pytest.fixture
def sam(browser) -> Browser:
    browser.sign_in()
    return browser


def test_only_the_person_that_is_named(sam, provider):
    provider.person = dict(KIM)
    kim = Browser()
    kim.sign_in()
    call(provider.logout_token())
    assert sam.open("/edit").status_code == 302
    assert kim.open("/edit").status_code == 200


@pytest.mark.parametrize("typ", ["JWT", LEFT_OUT, "at+jwt", 7, None])
def test_typ_is_demanded(sam, provider, log, typ):
    assert refused(call(provider.logout_token({"typ": typ})), log) == "kind"


@pytest.mark.parametrize(("typ", "status"), [(LEFT_OUT, 200), ("JWT", 200), ("at+jwt", 400)])
def test_typ_may_be_missing_where_the_broker_allows(sam, provider, typ, status):
    set_up("acmebroker", logout_without_type=True)
    assert call(provider.logout_token({"typ": typ})).status_code == status


@pytest.mark.parametrize("typ", ["LOGOUT+JWT", "application/logout+jwt"])
def test_typ_is_a_media_type(sam, provider, typ):
    assert call(provider.logout_token({"typ": typ})).status_code == 200


def test_the_same_jti_of_another_broker_is_another(make_broker):
    providers = make_broker("acmebroker"), make_broker("harbour")
    for provider, slug in zip(providers, ("acmebroker", "harbour"), strict=True):
        assert call(provider.logout_token(jti="same"), slug).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00"])
def test_rubbish_is_refused(provider, log, token):
    assert refused(call(token), log) == "form"


def test_only_a_form_by_post(provider):
    browser = Browser()
    assert browser.open(PATH).status_code == 405
    token = provider.logout_token()
    assert browser.client.post(PATH, {"logout_token": token}, content_type="application/json").status_code == 400
    assert browser.client.post(f"{PATH}?logout_token={token}").status_code == 400


def test_a_flood_of_unknown_keys_does_not_reach_the_provider(sam, provider, settings):
    fetched = len(provider.visits("/jwks"))
    for number in range(5):
        assert call(provider.logout_token({"kid": f"unknown-{number}"})).status_code == 400
    assert len(provider.visits("/jwks")) == fetched
    settings.CLOCK_OFFSET = provider.clock_offset = 40
    provider.signing_key, provider.published_keys = KEYS[1], list(KEYS)
    assert call(provider.logout_token()).status_code == 200


def test_a_provider_that_is_down_gets_a_400(provider, log):
    provider.status = {"/jwks": 503}
    assert refused(call(provider.logout_token()), log) == "signature"


def test_no_card_number_gets_past_the_door(provider):
    assert Browser().client.post(PATH, {"logout_token": "4242 4242 4242 4242"}).status_code == 400
    token = by_hand({"alg": "RS256"}, {"sub": "x"}, lambda _content: b"")
    assert call(token).json()["error"] == "invalid_request"
