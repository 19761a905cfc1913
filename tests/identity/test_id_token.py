"""Every rule of the ID Token, each broken once; names as in the OpenID Foundation's certification plans."""

from hmac import digest

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.identity.conftest import set_up, why
from tests.identity.provider import KEYS, LEFT_OUT, by_hand

BROKEN = {
    "oidcc-client-test-invalid-iss": ({"iss": "https://evil.example"}, "issuer"),
    "missing-iss": ({"iss": LEFT_OUT}, "issuer"),
    "oidcc-client-test-missing-sub": ({"sub": LEFT_OUT}, "subject"),
    "empty-sub": ({"sub": ""}, "subject"),
    "sub-is-a-number": ({"sub": 7}, "subject"),
    "sub-too-long": ({"sub": "x" * 256}, "subject"),
    "sub-with-nul": ({"sub": "a\x00b"}, "subject"),
    "oidcc-client-test-invalid-aud": ({"aud": "another-client"}, "audience"),
    "invalid-secondary-aud": ({"aud": ["acmebroker-client", "another-client"]}, "audience"),
    "aud-of-another-client-with-our-azp": ({"aud": "another-client", "azp": "acmebroker-client"}, "audience"),
    "missing-aud": ({"aud": LEFT_OUT}, "audience"),
    "empty-aud": ({"aud": []}, "audience"),
    "azp-of-another-client": ({"azp": "another-client"}, "authorised_party"),
    "expired-exp": ({"exp": 1_000_000_000}, "expiry"),
    "missing-exp": ({"exp": LEFT_OUT}, "expiry"),
    "exp-is-text": ({"exp": "9999999999"}, "expiry"),
    "exp-is-true": ({"exp": True}, "expiry"),
    "exp-is-not-a-number": ({"exp": float("nan")}, "expiry"),
    "exp-is-endless": ({"exp": float("inf")}, "expiry"),
    "oidcc-client-test-missing-iat": ({"iat": LEFT_OUT}, "issued_at"),
    "iat-in-the-future": ({"iat": 9_999_999_999}, "issued_at"),
    "nbf-in-the-future": ({"nbf": 9_999_999_999}, "issued_at"),
    "oidcc-client-test-nonce-invalid": ({"nonce": "another"}, "nonce"),
    "nonce-missing": ({"nonce": LEFT_OUT}, "nonce"),
    "nonce-is-a-list": ({"nonce": ["x"]}, "nonce"),
}


def refused(browser, log) -> dict:
    page = browser.come_back()
    assert page.status_code == 502
    assert "We could not be sure that it is you" in page.content.decode()
    with as_owner():
        assert Session.objects.count() == 0
    return why(log)


@pytest.mark.parametrize(("claims", "rule"), BROKEN.values(), ids=BROKEN)
def test_a_broken_claim_is_refused_by_its_rule(browser, provider, log, claims, rule):
    provider.claims = claims
    line = refused(browser, log)
    assert line["rule"] == rule
    assert line["paragraph"].startswith("OpenID Connect Core")


@pytest.mark.parametrize("claims", [{"aud": ["acmebroker-client"]}, {"azp": "acmebroker-client"}, {"nbf": 1}])
def test_what_is_allowed_passes(browser, provider, claims):
    provider.claims = claims
    browser.sign_in()


@pytest.mark.parametrize(
    ("name", "offset", "good"),
    [("exp", -50, True), ("exp", -61, False), ("iat", 50, True), ("iat", 70, False), ("nbf", 50, True)],
)
def test_clock_skew_of_a_minute_is_forgiven(browser, provider, name, offset, good):
    provider.claims = {name: provider.now() + offset}
    assert (browser.come_back().status_code == 302) == good


# ── signature ───────────────────────────────────────────────────────────────────────────────────────────────


def test_oidcc_client_test_idtoken_sig_rs256(browser, provider):
    browser.sign_in()
    assert provider.visits("/jwks")


def test_oidcc_client_test_idtoken_sig_none_though_the_provider_lists_none(browser, provider, log):
    provider.header = {"alg": "none", "kid": LEFT_OUT}
    assert refused(browser, log)["rule"] == "algorithm"


@pytest.mark.parametrize("header", [{"alg": "None"}, {"alg": "nOnE"}, {"alg": ""}, {"alg": ["none"]}, {}])
def test_other_spellings_of_none(browser, provider, log, header):
    provider.token = {"id_token": by_hand(header, {"sub": "sam-1"}, lambda _content: b"")}
    assert refused(browser, log)["rule"] == "algorithm"


def test_oidcc_client_test_invalid_sig_rs256(browser, provider, log):
    provider.signing_key = RSAKey.import_key(KEYS[1].as_dict(private=True), {"kid": "first"})
    assert refused(browser, log)["rule"] == "signature"


def test_a_changed_payload_is_refused(browser, provider, log):
    good = provider.signed({"sub": "sam-1"}).split(".")
    evil = provider.signed({"sub": "kim-2"}).split(".")
    provider.token = {"id_token": f"{good[0]}.{evil[1]}.{good[2]}"}
    assert refused(browser, log)["rule"] == "signature"


def test_the_public_key_as_a_shared_secret_is_refused(browser, provider, log):
    public = KEYS[0].as_pem(private=False)
    header = {"alg": "HS256", "kid": "first"}
    provider.token = {"id_token": by_hand(header, {"sub": "sam-1"}, lambda content: digest(public, content, "sha256"))}
    assert refused(browser, log)["rule"] == "algorithm"


def test_another_algorithm_of_the_same_key_is_refused(browser, provider, log):
    provider.algorithm = "PS256"
    assert refused(browser, log)["rule"] == "algorithm"


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("PS256", KEYS[1]),
        ("ES256", ECKey.generate_key("P-256", {"kid": "e", "use": "sig"})),
        ("ES384", ECKey.generate_key("P-384", {"kid": "e"})),
        ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "o"})),
    ],
)
def test_the_registered_algorithm_is_taken(browser, provider, algorithm, key):
    set_up("acmebroker", algorithm=algorithm)
    public = {name: value for name, value in key.as_dict(private=False).items() if name != "alg"}
    provider.algorithm, provider.signing_key, provider.jwks = algorithm, key, {"keys": [public]}
    browser.sign_in()


@pytest.mark.parametrize(
    "raw", ["", "x", "a.b.c", "a.b.c.d.e", "....", "e30.e30.", "W10.W10.", "MQ.MQ.MQ", "ñ.e30.e30", "[" * 70_000]
)
def test_rubbish_is_refused(browser, provider, log, raw):
    provider.token = {"id_token": raw}
    assert refused(browser, log)["rule"] in {"form", "algorithm"}


def test_an_unknown_critical_extension_is_refused(browser, provider, log):
    header = {"alg": "RS256", "kid": "first", "crit": ["exp"]}
    genuine = JWSRegistry.algorithms["RS256"]
    provider.token = {"id_token": by_hand(header, {"sub": "sam-1"}, lambda content: genuine.sign(content, KEYS[0]))}
    assert refused(browser, log)["rule"] == "algorithm"


def test_unknown_header_parameters_are_ignored(browser, provider):
    provider.header = {"flavour": "vanilla", "x5c": ["A" * 4000]}
    browser.sign_in()


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_oidcc_client_test_kid_absent_single_jwks(browser, provider):
    provider.header = {"kid": LEFT_OUT}
    browser.sign_in()


def test_oidcc_client_test_kid_absent_multiple_jwks(browser, provider, log):
    provider.header = {"kid": LEFT_OUT}
    provider.published_keys = list(KEYS)
    line = refused(browser, log)
    assert line["rule"] == "signature"
    assert "2 keys" in line["cause"]


def test_kid_absent_and_only_one_key_that_fits(browser, provider):
    provider.header = {"kid": LEFT_OUT}
    other = ECKey.generate_key("P-256", {"use": "sig"}).as_dict(private=False)
    for_encryption = {**KEYS[1].as_dict(private=False), "use": "enc"}
    strange = {"kty": "LATTICE", "kid": "future"}
    provider.jwks = {"keys": [strange, other, for_encryption, KEYS[0].as_dict(private=False), "rubbish"]}
    browser.sign_in()


def test_oidcc_client_test_signing_key_rotation(browser, provider):
    browser.sign_in()
    provider.signing_key, provider.published_keys = KEYS[1], list(KEYS)
    browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    assert browser.open("/edit").status_code == 200
    assert len(provider.visits("/jwks")) == 2


def test_oidcc_client_test_signing_key_rotation_just_before_signing(browser, provider):
    browser.sign_in()
    location = browser.open("/oidc/start")["Location"]
    provider.signing_key, provider.published_keys = KEYS[1], [KEYS[1]]
    assert browser.open(browser.visit(location)).status_code == 302


def test_a_rotation_at_a_provider_without_kid(browser, provider):
    provider.header = {"kid": LEFT_OUT}
    browser.sign_in()
    provider.signing_key, provider.published_keys = KEYS[1], [KEYS[1]]
    assert browser.open(browser.visit(browser.open("/oidc/start")["Location"])).status_code == 302


def test_an_unknown_kid_fetches_the_keys_once_more_and_no_more(browser, provider, log):
    browser.sign_in()
    provider.signing_key = KEYS[1]
    page = browser.open(browser.visit(browser.open("/oidc/start")["Location"]))
    assert page.status_code == 502
    assert len(provider.visits("/jwks")) == 2
    assert why(log)["rule"] == "signature"


def test_jwks_down_with_cached_keys(browser, provider, settings):
    browser.sign_in()
    provider.status = {"/jwks": 503}
    settings.CLOCK_OFFSET = provider.clock_offset = 2 * 3600
    assert browser.come_back().status_code == 302
    assert len(provider.visits("/jwks")) == 2


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


def test_a_short_rsa_key_is_not_used(browser, provider, log):
    with pytest.warns(UserWarning, match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"})
    provider.signing_key, provider.jwks = short, {"keys": [short.as_dict(private=False)]}
    assert refused(browser, log)["rule"] == "signature"
