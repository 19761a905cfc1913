"""When the person is asked, and when not (OpenID Connect Core 3.1.2.1)."""

import pytest

from sandbox.world import Person
from tests.sandbox.acme.relying_party import RelyingParty, hidden


def test_signed_in_means_a_code_at_once(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    assert rp.answer(rp.authorize(prompt="none")).keys() == {"code", "state", "iss"}
    assert rp.answer(rp.authorize()).keys() == {"code", "state", "iss"}


def test_signed_out_means_login_required_and_no_page(rp: RelyingParty) -> None:
    answer = rp.answer(rp.authorize(prompt="none"))
    assert answer["error"] == "login_required"
    assert answer["state"] == rp.sent["state"]
    assert answer["iss"] == rp.issuer


@pytest.mark.parametrize("ask", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
def test_the_password_is_asked_again_when_the_client_wants_it(
    rp: RelyingParty, sam: Person, ask: dict[str, str]
) -> None:
    rp.sign_in(sam)
    sid, first = _sid_and_time(rp, rp.code())
    asked = rp.authorize(**ask)
    assert asked.headers["location"].startswith("/sign-in?")
    onward = rp.sign_in(sam, page=f"{rp.issuer}{asked.headers['location']}").headers["location"]
    code = rp.answer(rp.browser.get(f"{rp.issuer}{onward}"))["code"]
    assert _sid_and_time(rp, code) >= (sid, first)
    assert _sid_and_time(rp, rp.code())[0] == sid


def _sid_and_time(rp: RelyingParty, code: str) -> tuple[str, int]:
    claims = rp.read(rp.redeem(code).json()["id_token"]).claims
    return claims["sid"], claims["auth_time"]


def test_going_on_without_the_password_asks_again(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    rp.authorize(prompt="login")
    visit = rp.authorize(prompt="login").headers["location"].partition("visit=")[2]
    skipped = rp.browser.get(f"{rp.issuer}/oidc/authorize", params={**rp.sent, "visit": visit})
    assert skipped.headers["location"].startswith("/sign-in?")


def test_a_session_that_is_too_old_is_login_required(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    assert rp.answer(rp.authorize(prompt="none", max_age="0"))["error"] == "login_required"
    assert "code" in rp.answer(rp.authorize(prompt="none", max_age="300"))


def test_consent_can_be_demanded_given_and_withheld(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    rp.control(consent_required=[sam.sub])
    assert rp.answer(rp.authorize(prompt="none"))["error"] == "consent_required"
    page = rp.authorize()
    assert "May we share your details?" in page.text
    form = {"form_token": hidden(page.text, "form_token")}
    allowed = rp.browser.post(f"{rp.issuer}/oidc/authorize", params=rp.sent, data={**form, "consent": "allow"})
    assert "code" in rp.answer(allowed)
    denied = rp.browser.post(f"{rp.issuer}/oidc/authorize", params=rp.sent, data={**form, "consent": "deny"})
    assert rp.answer(denied)["error"] == "access_denied"
    assert rp.answer(denied)["iss"] == rp.issuer


def test_consent_from_a_foreign_form_does_not_count(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    answer = rp.browser.post(
        f"{rp.issuer}/oidc/authorize", params={**_asked(rp), "prompt": "consent"}, data={"consent": "allow"}
    )
    assert "May we share your details?" in answer.text


def _asked(rp: RelyingParty) -> dict[str, str]:
    rp.authorize()
    return rp.sent


def test_somebody_else_signing_in_gets_a_session_of_their_own(rp: RelyingParty, sam: Person, priya: Person) -> None:
    rp.sign_in(sam)
    sid, _ = _sid_and_time(rp, rp.code())
    rp.sign_in(priya)
    claims = rp.read(rp.redeem(rp.code()).json()["id_token"]).claims
    assert claims["sub"] == priya.sub
    assert claims["sid"] != sid
