"""What the examination of a Broker finds at its provider, good or misconfigured, over real HTTP."""

import pytest
from werkzeug.utils import redirect

from imin.brokers.claim import live_domain
from imin.brokers.findings import examine
from imin.brokers.front_door import tenant_as
from imin.brokers.models import OpenIdSettings
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity.client_steps import CLIENT_STEPS, Client
from imin.identity.discovery import provider_of
from imin.identity.sign_in_steps import DISCOVERY_STEPS
from tests.identity.conftest import broker_of, set_up
from tests.identity.provider import KEYS, LEFT_OUT

GOOD = {
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "profile", "email"],
    "backchannel_logout_supported": True,
}
REDIRECT_URI = "http://cards.acmebroker.localhost:8000/oidc/callback"


@pytest.fixture
def good(provider):
    """A provider at which nobody is signed in, and which says all that it can."""
    provider.person = None
    provider.discovery = dict(GOOD)
    return provider


def look():
    with as_owner():
        settings = OpenIdSettings.objects.get()
        tenant = tenant_as(live_domain(broker_of().id, "cards"))
        client = Client(tenant, settings, clock.now())
        results = examine(DISCOVERY_STEPS, client) + examine(CLIENT_STEPS, client)
    return {result.name: result.finding for result in results}


def test_all_is_well(good):
    findings = look()
    assert {name: finding.status for name, finding in findings.items() if finding.status != "ok"} == {}
    assert list(findings)[-3:] == ["credentials", "redirect_uri", "silent"]


def test_a_look_signs_nobody_in_and_leaves_no_session(good):
    look()
    assert good.visits("/userinfo") == []
    (asked,) = good.visits("/authorize")
    assert asked["prompt"] == "none"
    assert asked["redirect_uri"] == REDIRECT_URI


def test_a_corrected_provider_is_seen_at_once(good):
    good.discovery["code_challenge_methods_supported"] = ["plain"]
    assert look()["pkce"].status == "wrong"
    good.discovery = dict(GOOD)
    assert look()["pkce"].status == "ok"


def test_what_is_remembered_of_a_provider_is_renewed_and_kept_when_that_fails(good):
    settings = {"now": clock.now(), "issuer": good.issuer}
    assert not provider_of(**settings).pushed_authorization_request_endpoint
    good.discovery["pushed_authorization_request_endpoint"] = f"{good.issuer}/par"
    assert look()["silent"].status == "ok"
    assert provider_of(**settings).pushed_authorization_request_endpoint
    good.status["/.well-known/openid-configuration"] = 500
    assert look()["discovery"].status == "wrong"
    assert provider_of(**settings).pushed_authorization_request_endpoint


def test_what_a_provider_says_is_short_and_cannot_steer_a_terminal(good):
    good.discovery["code_challenge_methods_supported"] = ["\x1b[2J\x07pl\u202eain"]
    good.discovery["token_endpoint"] = "x" * 100_000
    findings = look()
    assert "Only �[2J�pl�ain is offered" in findings["pkce"].found
    assert max(len(finding.found) for finding in findings.values()) <= 1000


@pytest.mark.parametrize("break_it", ["status", "nonsense"])
def test_a_document_that_cannot_be_read_leaves_the_rest_unchecked(good, break_it):
    if break_it == "status":
        good.status["/.well-known/openid-configuration"] = 404
    else:
        good.nonsense.add("/.well-known/openid-configuration")
    findings = look()
    assert findings["discovery"].status == "wrong"
    assert "/.well-known/openid-configuration" in findings["discovery"].found
    rest = {finding.status for name, finding in findings.items() if name != "discovery"}
    assert rest == {"not checked"}
    assert good.visits("/token") == good.visits("/authorize") == []


def test_a_provider_that_is_down(good):
    set_up("acmebroker", issuer="http://acmebroker.localhost:9")
    assert "GET http://acmebroker.localhost:9/" in look()["discovery"].found


def test_an_issuer_with_another_slash(good):
    set_up("acmebroker", issuer=good.issuer + "/")
    findings = look()
    assert findings["issuer"].status == "wrong"
    assert "last slash" in findings["issuer"].expected
    assert findings["issuer"].paste == (("Issuer", good.issuer),)
    assert findings["silent"].status == findings["redirect_uri"].status == "not checked"


def test_an_issuer_of_somebody_else(good):
    good.discovery["issuer"] = "https://id.other.example"
    finding = look()["issuer"]
    assert finding.status == "wrong"
    assert "slash" not in finding.expected


@pytest.mark.parametrize(
    ("said", "step", "status", "words"),
    [
        ({"token_endpoint": LEFT_OUT}, "endpoints", "wrong", "token_endpoint is missing"),
        ({"jwks_uri": "http://acme.example/jwks"}, "endpoints", "wrong", "jwks_uri is 'http://acme.example/jwks'"),
        ({"authorization_endpoint": 7}, "endpoints", "wrong", "authorization_endpoint is 7"),
        ({"response_types_supported": ["id_token"]}, "code_flow", "wrong", "Response types: id_token"),
        ({"response_types_supported": LEFT_OUT}, "code_flow", "warning", "none"),
        ({"grant_types_supported": ["implicit"]}, "code_flow", "wrong", "Grants: implicit"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce", "wrong", "Only plain"),
        ({"code_challenge_methods_supported": LEFT_OUT}, "pkce", "warning", "does not say"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "algorithm", "wrong", "HS256 is offered"),
        ({"id_token_signing_alg_values_supported": "RS256"}, "algorithm", "wrong", "Nothing is offered"),
        ({"scopes_supported": ["openid"]}, "scopes", "warning", "Not listed: profile, email"),
        ({"scopes_supported": LEFT_OUT}, "scopes", "ok", "lists no scopes"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client_authentication", "warning", "private"),
        ({"response_modes_supported": ["fragment"]}, "response_mode", "wrong", "query is not among them"),
        (
            {"authorization_response_iss_parameter_supported": False},
            "issuer_in_answers",
            "warning",
            "Not promised",
        ),
        ({"require_pushed_authorization_requests": True}, "pushed_requests", "wrong", "no endpoint"),
        ({"end_session_endpoint": LEFT_OUT}, "logout", "warning", "no end_session_endpoint"),
        ({"backchannel_logout_supported": LEFT_OUT}, "back_channel_logout", "warning", "Not supported"),
    ],
)
def test_what_the_document_says(good, said, step, status, words):
    good.discovery.update(said)
    finding = look()[step]
    assert finding.status == status
    assert words in finding.found


def test_a_form_is_not_offered_by_a_document_that_does_not_say_so(good):
    set_up("acmebroker", response_mode="form_post")
    findings = look()
    assert findings["response_mode"].status == "wrong"
    assert findings["silent"].status == "ok"
    good.discovery["response_modes_supported"] = ["query", "form_post"]
    assert look()["response_mode"].status == "ok"


@pytest.mark.parametrize(("offered", "status"), [(["strong"], "ok"), (["weak"], "wrong"), (LEFT_OUT, "warning")])
def test_ways_of_signing_in_that_are_asked_for(good, offered, status):
    set_up("acmebroker", step_up_acr_values="stronger strong")
    good.discovery["acr_values_supported"] = offered
    assert look()["step_up"].status == status


def test_values_to_register_stand_ready(good):
    good.discovery.update(end_session_endpoint=LEFT_OUT, backchannel_logout_supported=False)
    findings = look()
    assert findings["logout"].paste == (
        ("Post-logout redirect URI", "http://cards.acmebroker.localhost:8000/oidc/signed-out"),
    )
    assert findings["back_channel_logout"].paste == (
        ("Back-channel logout URI", "http://cards.acmebroker.localhost:8000/oidc/back-channel-logout"),
    )


def key(number=0, **changes):
    return {name: value for name, value in {**KEYS[number].as_dict(private=False), **changes}.items() if value}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], "no key that fits RS256"),
        ([key(use="enc")], "no key that fits RS256"),
        ([key(alg="RS512")], "no key that fits RS256"),
        ([key(), key(1, kid=None)], "2 keys that fit, not all with a kid"),
        ("none", "no list of keys"),
    ],
)
def test_keys_that_would_not_do(good, keys, words):
    good.jwks = {"keys": keys}
    finding = look()["keys"]
    assert finding.status == "wrong"
    assert words in finding.found


def test_keys_that_are_told_apart(good):
    good.jwks = {"keys": [key(), key(1), key(1, kid="third", use="enc")]}
    assert look()["keys"].status == "ok"


def test_a_wrong_secret(good):
    good.client_secret = "another"
    finding = look()["credentials"]
    assert finding.status == "wrong"
    assert "401: invalid_client" in finding.found
    assert "client_secret_basic" in finding.change


def test_an_unknown_client(good):
    good.client_id = "somebody-else"
    assert look()["credentials"].status == "wrong"


def test_the_secret_stands_in_no_finding(good):
    good.client_secret = "another"
    findings = look()
    assert "s3cret of acmebroker" not in repr(findings)


@pytest.mark.parametrize(("path", "status"), [("/token", 500), ("/token", 403)])
def test_a_token_endpoint_that_answers_otherwise(good, path, status):
    good.status[path] = status
    finding = look()["credentials"]
    assert finding.status == ("wrong" if status == 500 else "warning")
    assert str(status) in finding.found


def test_a_page_in_place_of_silence(good):
    good.nonsense.add("/authorize")
    findings = look()
    assert findings["silent"].status == "wrong"
    assert "/authorize shows a page (200)" in findings["silent"].found
    assert findings["redirect_uri"].status == "not checked"


def test_a_redirect_uri_that_is_not_registered(good):
    good.status["/authorize"] = 400
    finding = look()["redirect_uri"]
    assert finding.status == "wrong"
    assert finding.paste[0] == ("Redirect URI", REDIRECT_URI)
    assert look()["silent"].status == "not checked"


def test_a_redirect_to_a_page_for_signing_in(good, server):
    other = server.provider("login")
    other.nonsense.add("/sign-in")
    good.instead["/authorize"] = lambda _: redirect(f"{other.issuer}/sign-in?to=there")
    assert f"{other.issuer}/sign-in shows a page (200)" in look()["silent"].found


def test_redirects_that_never_end(good):
    good.instead["/authorize"] = lambda _: redirect(f"{good.issuer}/authorize?again")
    assert look()["silent"].status == "wrong"
    assert len(good.visits("/authorize")) < 10


def test_requests_that_are_pushed(good):
    good.discovery["pushed_authorization_request_endpoint"] = f"{good.issuer}/par"
    assert {name for name, finding in look().items() if finding.status != "ok"} == set()
    good.client_secret = "another"
    findings = look()
    assert "The endpoint for pushed requests answered 401" in findings["redirect_uri"].found
    assert findings["silent"].status == "not checked"


def test_a_code_for_nobody(good, provider):
    provider.person = {"sub": "anybody"}
    finding = look()["silent"]
    assert finding.status == "wrong"
    assert "came back with a code" in finding.found


@pytest.mark.parametrize(
    ("returned", "status", "words"),
    [
        ({"error": "interaction_required"}, "ok", "interaction_required"),
        ({"error": "consent_required"}, "warning", "consent_required"),
        ({"error": "invalid_scope", "error_description": "no e-mail here"}, "wrong", "no e-mail here"),
        ({"error": LEFT_OUT}, "wrong", "''"),
        ({"iss": "https://id.other.example"}, "wrong", "iss=https://id.other.example"),
        ({"iss": LEFT_OUT}, "wrong", "no iss, though discovery promises it"),
    ],
)
def test_how_the_browser_comes_back(good, returned, status, words):
    good.returned = returned
    finding = look()["silent"]
    assert finding.status == status
    assert words in finding.found
