"""What tests/conformance/openid leaves open about the ID Token: what is allowed, how long keys are good."""

import pytest
from joserfc.jwk import ECKey, OKPKey

from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.identity.conftest import set_up, why
from tests.identity.provider import KEYS, LEFT_OUT


def refused(browser, log) -> dict:
    page = browser.come_back()
    assert page.status_code == 502
    assert "We could not be sure that it is you" in page.content.decode()
    with as_owner():
        assert Session.objects.count() == 0
    return why(log)


@pytest.mark.parametrize("claims", [{"aud": ["acmebroker-client"]}, {"azp": "acmebroker-client"}, {"nbf": 1}])
def test_what_is_allowed_passes(browser, provider, claims):
    provider.claims = claims
    browser.sign_in()


# ── signature ───────────────────────────────────────────────────────────────────────────────────────────────


def test_unknown_header_parameters_are_ignored(browser, provider):
    provider.header = {"flavour": "vanilla", "x5c": ["A" * 4000]}
    browser.sign_in()


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rotation_at_a_provider_without_kid(browser, provider):
    provider.header = {"kid": LEFT_OUT}
    browser.sign_in()
    provider.signing_key, provider.published_keys = KEYS[1], [KEYS[1]]
    assert browser.open(browser.visit(browser.open("/oidc/start")["Location"])).status_code == 302


def test_jwks_down_without_any(browser, provider):
    provider.status = {"/jwks": 503}
    page = browser.come_back()
    assert page.status_code == 503
    assert "sign-in does not answer" in page.content.decode()


def test_cached_keys_are_not_good_for_ever(browser, provider, settings):
    browser.sign_in()
    provider.status = {"/jwks": 503}
    settings.CLOCK_OFFSET = provider.clock_offset = 25 * 3600
    assert browser.come_back().status_code == 503


def test_keys_are_asked_for_once_an_hour(browser, provider, settings):
    for offset, fetched in ((0, 1), (3500, 1), (3700, 2)):
        settings.CLOCK_OFFSET = provider.clock_offset = offset
        browser.client.cookies.clear()
        browser.sign_in()
        assert len(provider.visits("/jwks")) == fetched


STRANGE = [
    {"kty": "RSA"},
    {"kty": "RSA", "n": "_" * 400, "e": "!"},
    {"kty": "RSA", "n": "_" * 400},
    {"kty": "RSA", "n": "_" * 400, "e": "AQAB", "key_ops": 5},
    {"kty": "RSA", "n": "_" * 400, "e": "AQAB", "key_ops": ["sign"]},
    {"kty": "RSA", "n": 5, "e": "AQAB"},
    {"kty": ["RSA"]},
    {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
    {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
    {},
]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_strange_keys_beside_the_right_one_are_passed_over(browser, provider, algorithm):
    keys = {
        "RS256": KEYS[0],
        "ES256": ECKey.generate_key("P-256", {"kid": "first"}),
        "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "first"}),
    }
    set_up("acmebroker", algorithm=algorithm)
    provider.algorithm, provider.signing_key = algorithm, keys[algorithm]
    strange = [{**key, "kid": "first"} for key in STRANGE]
    provider.jwks = {"keys": [*strange, keys[algorithm].as_dict(private=False)]}
    browser.sign_in()


@pytest.mark.parametrize("jwks", [{}, {"keys": "none"}, {"keys": []}, {"keys": [{"kty": "RSA", "kid": "first"}]}])
def test_a_useless_key_set_is_refused(browser, provider, log, jwks):
    provider.jwks = jwks or {"nothing": True}
    assert refused(browser, log)["rule"] == "signature"
