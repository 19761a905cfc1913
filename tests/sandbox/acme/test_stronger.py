"""What the provider offers to careful clients: a key instead of a secret, pushed requests, answers by a form."""

import re
import time
from html import unescape
from secrets import token_urlsafe
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from sandbox.world import Person
from tests.sandbox.acme.conftest import Mailbox
from tests.sandbox.acme.loopback import browser
from tests.sandbox.acme.relying_party import RelyingParty, first_values

KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def proof(rp: RelyingParty, key: ECKey = KEY, **changes: Any) -> dict[str, str]:
    now = int(time.time())
    client = rp.broker.client.client_id
    claims = {"iss": client, "sub": client, "aud": rp.issuer, "jti": token_urlsafe(8), "iat": now, "exp": now + 60}
    signed = jwt.encode({"alg": "ES256", "kid": key.kid}, {**claims, **changes}, key)
    return {"client_id": client, "client_assertion_type": ASSERTION, "client_assertion": signed}


def redeem(rp: RelyingParty, code: str, proved: dict[str, str]) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri}
    return browser().post(f"{rp.issuer}/oidc/token", data={**form, "code_verifier": rp.verifier, **proved})


def test_a_client_proves_itself_by_its_key(rp: RelyingParty, sam: Person, mailbox: Mailbox) -> None:
    mailbox.keys.append(KEY.as_dict(private=False))
    rp.sign_in(sam)
    answer = redeem(rp, rp.code(), proof(rp))
    assert answer.status_code == 200, answer.text
    assert rp.read(answer.json()["id_token"]).claims["acr"] == "urn:sandbox:password"


@pytest.mark.parametrize("changes", [{"aud": "https://elsewhere.example"}, {"exp": 1}, {"iss": "another"}])
def test_a_wrong_assertion_is_refused(rp: RelyingParty, sam: Person, mailbox: Mailbox, changes: dict[str, Any]) -> None:
    mailbox.keys.append(KEY.as_dict(private=False))
    rp.sign_in(sam)
    assert redeem(rp, rp.code(), proof(rp, **changes)).json()["error"] == "invalid_client"


def test_an_assertion_is_good_once(rp: RelyingParty, sam: Person, mailbox: Mailbox) -> None:
    mailbox.keys.append(KEY.as_dict(private=False))
    rp.sign_in(sam)
    same = proof(rp)
    assert redeem(rp, rp.code(), same).status_code == 200
    assert redeem(rp, rp.code(), same).json()["error"] == "invalid_client"


def test_a_key_that_is_not_published_is_refused(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    assert redeem(rp, rp.code(), proof(rp)).json()["error"] == "invalid_client"


# ── pushed requests ─────────────────────────────────────────────────────────────────────────────────────────


def push(rp: RelyingParty) -> dict[str, Any]:
    """Push the request that a browser would have carried, and return the answer."""
    rp.authorize(prompt="none")
    secret = {"client_id": rp.broker.client.client_id, "client_secret": rp.broker.client.client_secret}
    answer = browser().post(f"{rp.issuer}/oidc/par", data={**rp.sent, **secret})
    assert answer.status_code == 201, answer.text
    pushed: dict[str, Any] = answer.json()
    return pushed


def go(rp: RelyingParty, uri: str) -> httpx2.Response:
    query = {"client_id": rp.broker.client.client_id, "request_uri": uri}
    return rp.browser.get(f"{rp.issuer}/oidc/authorize", params=query)


def test_pushing_is_offered_when_it_is_switched_on(rp: RelyingParty) -> None:
    assert "pushed_authorization_request_endpoint" not in rp.discovery()
    rp.control(pushed_requests=True)
    assert rp.discovery()["pushed_authorization_request_endpoint"] == f"{rp.issuer}/oidc/par"


def test_a_pushed_request_is_answered_once(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    pushed = push(rp)
    assert pushed["expires_in"] == 60
    answer = rp.answer(go(rp, pushed["request_uri"]))
    assert answer["state"] == rp.sent["state"]
    assert rp.redeem(answer["code"]).status_code == 200
    assert go(rp, pushed["request_uri"]).status_code == 400


def test_a_stranger_pushes_nothing(rp: RelyingParty) -> None:
    wrong = {"client_id": rp.broker.client.client_id, "client_secret": "guessed"}
    assert browser().post(f"{rp.issuer}/oidc/par", data=wrong).json()["error"] == "invalid_client"


# ── by a form ───────────────────────────────────────────────────────────────────────────────────────────────


def fields(page: httpx2.Response, rp: RelyingParty) -> dict[str, str]:
    assert page.status_code == 200
    assert f'id="answer" method="post" action="{rp.redirect_uri}"' in page.text
    return {name: unescape(value) for name, value in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', page.text)}


def test_an_answer_by_a_form(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    said = fields(rp.authorize(prompt="none", response_mode="form_post"), rp)
    assert (said["state"], said["iss"]) == (rp.sent["state"], rp.issuer)
    assert rp.redeem(said["code"]).status_code == 200


def test_an_error_by_a_form(rp: RelyingParty) -> None:
    assert fields(rp.authorize(prompt="none", response_mode="form_post"), rp)["error"] == "login_required"


def test_after_the_sign_in_page_it_is_a_form_still(rp: RelyingParty, sam: Person) -> None:
    asked = rp.authorize(response_mode="form_post")
    assert first_values(asked.headers["location"])
    signed_in = rp.sign_in(sam, page=f"{rp.issuer}{asked.headers['location']}")
    assert "code" in fields(rp.browser.get(f"{rp.issuer}{signed_in.headers['location']}"), rp)
