"""The authorization code flow, from discovery to userinfo."""

import time

import pytest
from joserfc.errors import JoseError

from sandbox.world import Person
from tests.sandbox.acme.loopback import browser
from tests.sandbox.acme.relying_party import RelyingParty, first_values


def test_discovery_names_the_issuer_and_only_addresses_on_it(rp: RelyingParty) -> None:
    document = rp.discovery()
    assert document["issuer"] == rp.issuer
    addresses = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 5
    assert all(address.startswith(f"{rp.issuer}/oidc/") for address in addresses)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["backchannel_logout_session_supported"] is True


def test_sign_in_leads_back_with_a_code_and_a_full_id_token(rp: RelyingParty, sam: Person) -> None:
    before = int(time.time())
    asked = rp.authorize()
    assert asked.headers["location"].startswith("/sign-in?")
    signed_in = rp.sign_in(sam, page=f"{rp.issuer}{asked.headers['location']}")
    answer = rp.answer(rp.browser.get(f"{rp.issuer}{signed_in.headers['location']}"))
    assert answer["state"] == rp.sent["state"]
    assert answer["iss"] == rp.issuer

    tokens = rp.redeem(answer["code"])
    assert tokens.status_code == 200
    assert tokens.headers["cache-control"] == "no-store"
    token = rp.read(tokens.json()["id_token"])
    assert token.header["kid"] == next(iter(rp.keys())).kid
    claims = token.claims
    assert claims["iss"] == rp.issuer
    assert claims["aud"] == rp.broker.client.client_id
    assert claims["sub"] == sam.sub
    assert claims["nonce"] == rp.sent["nonce"]
    assert claims["sid"]
    assert before <= claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert (claims["name"], claims["email"], claims["email_verified"]) == ("Sam Okafor", sam.email, True)


@pytest.mark.parametrize("basic", [True, False])
def test_the_client_proves_itself_by_header_or_form(rp: RelyingParty, sam: Person, *, basic: bool) -> None:
    rp.sign_in(sam)
    assert rp.redeem(rp.code(), basic=basic).status_code == 200


def test_userinfo_answers_the_token_as_far_as_its_scope_goes(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    code = rp.answer(rp.authorize(prompt="none", scope="openid email"))["code"]
    bearer = {"Authorization": f"Bearer {rp.redeem(code).json()['access_token']}"}
    answer = rp.browser.get(f"{rp.issuer}/oidc/userinfo", headers=bearer)
    assert answer.json() == {"sub": sam.sub, "email": sam.email, "email_verified": True}
    refused = rp.browser.get(f"{rp.issuer}/oidc/userinfo", headers={"Authorization": "Bearer made-up"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


def test_a_nonce_is_not_invented(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    code = rp.answer(rp.authorize(prompt="none", nonce=None))["code"]
    assert "nonce" not in rp.read(rp.redeem(code).json()["id_token"]).claims


def test_a_code_works_once_and_its_second_use_revokes_the_token(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    code = rp.code()
    bearer = {"Authorization": f"Bearer {rp.redeem(code).json()['access_token']}"}
    assert rp.browser.get(f"{rp.issuer}/oidc/userinfo", headers=bearer).status_code == 200
    again = rp.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert rp.browser.get(f"{rp.issuer}/oidc/userinfo", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_request"),
        ({"redirect_uri": "http://elsewhere.localhost/oidc/callback"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "made-up"}, 400, "invalid_grant"),
    ],
)
def test_a_wrong_token_request_gets_nothing(
    rp: RelyingParty, sam: Person, change: dict[str, str], status: int, error: str
) -> None:
    rp.sign_in(sam)
    answer = rp.redeem(rp.code(), change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_wrong_secret_is_a_401(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    answer = rp.redeem(rp.code(), {"client_secret": "guess"}, basic=False)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_code_is_useless_after_its_person_signed_out(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    code = rp.code()
    rp.browser.get(f"{rp.issuer}/oidc/logout", params={"id_token_hint": _id_token(rp)})
    assert rp.redeem(code).json()["error"] == "invalid_grant"


def _id_token(rp: RelyingParty) -> str:
    kept = rp.verifier
    token: str = rp.redeem(rp.code()).json()["id_token"]
    rp.verifier = kept
    return token


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "somebody-else"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "http://cards.acmebroker.localhost:9/oidc/callback/"},
        {"redirect_uri": "http://evil.localhost/oidc/callback"},
        {"redirect_uri": 'http://evil.localhost/"ü'},
    ],
)
def test_a_wrong_client_or_address_is_never_redirected_to(
    rp: RelyingParty, sam: Person, change: dict[str, str | None]
) -> None:
    rp.sign_in(sam)
    answer = rp.authorize(**change)
    assert answer.status_code in {400, 401}
    assert "location" not in answer.headers
    assert "That did not work" in answer.text


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_other_mistakes_are_told_to_the_client_with_state_and_issuer(
    rp: RelyingParty, sam: Person, change: dict[str, str | None], error: str
) -> None:
    rp.sign_in(sam)
    answer = rp.answer(rp.authorize(**change))
    assert answer["error"] == error
    assert answer["state"] == rp.sent["state"]
    assert answer["iss"] == rp.issuer
    assert "code" not in answer


def test_old_keys_stay_good_or_go_when_keys_are_rotated(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    old = rp.redeem(rp.code()).json()["id_token"]
    rp.control("/rotate-keys", keep_old=True)
    new = rp.redeem(rp.code()).json()["id_token"]
    assert rp.read(new).header["kid"] != rp.read(old).header["kid"]
    rp.control("/rotate-keys", keep_old=False)
    with pytest.raises(JoseError):
        rp.read(old)


def test_the_sign_in_form_refuses_a_wrong_password_and_a_foreign_form(rp: RelyingParty, sam: Person) -> None:
    wrong = rp.sign_in(sam, password="guess")
    assert wrong.status_code == 400
    assert "do not match" in wrong.text
    foreign = browser().post(f"{rp.issuer}/sign-in", data={"email": sam.email, "password": sam.password})
    assert foreign.status_code == 400
    assert "acme_session" not in foreign.headers.get("set-cookie", "").partition("key")[2]
    assert first_values(rp.authorize(prompt="none").headers["location"])["error"] == "login_required"
