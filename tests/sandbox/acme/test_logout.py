"""Signing out at the Broker and at the client, and who is told."""

import time
from pathlib import Path

import httpx2

from sandbox.acme.app import create
from sandbox.acme.logout import EVENT
from sandbox.world import Person
from tests.sandbox.acme.conftest import Mailbox
from tests.sandbox.acme.loopback import listener, serving
from tests.sandbox.acme.relying_party import RelyingParty, hidden
from tests.sandbox.world import world


def _sign_in(rp: RelyingParty, person: Person) -> str:
    """Sign in at the site and at the client; return the ID Token."""
    rp.sign_in(person)
    token: str = rp.redeem(rp.code()).json()["id_token"]
    return token


def _signed_in(rp: RelyingParty) -> bool:
    return "code" in rp.answer(rp.authorize(prompt="none"))


def test_signing_out_at_the_site_tells_the_client_behind_the_browser(
    rp: RelyingParty, sam: Person, mailbox: Mailbox
) -> None:
    claims = rp.read(_sign_in(rp, sam)).claims
    account = rp.browser.get(f"{rp.issuer}/account").text
    rp.browser.post(f"{rp.issuer}/sign-out", data={"form_token": hidden(account, "form_token")})
    assert not _signed_in(rp)

    [(host, path, form)] = mailbox.posts
    assert f"http://{host}{path}" == rp.broker.client.backchannel_logout_uri
    token = rp.read(form["logout_token"])
    assert token.header["typ"] == "logout+jwt"
    assert token.claims.keys() == {"iss", "aud", "sub", "sid", "iat", "exp", "jti", "events"}
    assert token.claims["iss"] == rp.issuer
    assert token.claims["aud"] == rp.broker.client.client_id
    assert (token.claims["sub"], token.claims["sid"]) == (sam.sub, claims["sid"])
    assert token.claims["events"] == {EVENT: {}}
    assert token.claims["iat"] <= time.time() < token.claims["exp"]
    [notice] = rp.browser.get(f"{rp.issuer}/control").json()["notices"]
    assert notice == {"client_id": rp.broker.client.client_id, "sid": claims["sid"], "status": 200}


def test_signing_out_needs_the_sites_own_form(rp: RelyingParty, sam: Person) -> None:
    _sign_in(rp, sam)
    assert rp.browser.post(f"{rp.issuer}/sign-out", data={}).status_code == 400
    assert _signed_in(rp)


def test_a_client_that_the_session_never_visited_is_not_told(rp: RelyingParty, sam: Person, mailbox: Mailbox) -> None:
    rp.sign_in(sam)
    account = rp.browser.get(f"{rp.issuer}/account").text
    rp.browser.post(f"{rp.issuer}/sign-out", data={"form_token": hidden(account, "form_token")})
    assert mailbox.posts == []


def test_the_client_signs_out_with_a_hint_without_a_question(rp: RelyingParty, sam: Person, mailbox: Mailbox) -> None:
    hint = _sign_in(rp, sam)
    answer = _end_session(rp, id_token_hint=hint, state="s 1")
    back = rp.broker.client.post_logout_redirect_uris[0]
    assert answer.headers["location"] == f"{back}?state=s+1"
    assert len(mailbox.posts) == 1
    assert not _signed_in(rp)


def _end_session(rp: RelyingParty, **changes: str) -> httpx2.Response:
    back = rp.broker.client.post_logout_redirect_uris[0]
    return rp.browser.get(f"{rp.issuer}/oidc/logout", params={"post_logout_redirect_uri": back, **changes})


def test_without_a_hint_the_person_is_asked_first(rp: RelyingParty, sam: Person, mailbox: Mailbox) -> None:
    _sign_in(rp, sam)
    page = _end_session(rp, client_id=rp.broker.client.client_id, state="abc")
    assert "Sign out of Acme?" in page.text
    assert _signed_in(rp)
    names = ("form_token", "client_id", "post_logout_redirect_uri", "state")
    form = {name: hidden(page.text, name) for name in names}
    answer = rp.browser.post(f"{rp.issuer}/oidc/logout", data=form)
    assert answer.headers["location"] == f"{rp.broker.client.post_logout_redirect_uris[0]}?state=abc"
    assert len(mailbox.posts) == 1
    assert not _signed_in(rp)


def test_an_address_that_is_not_registered_is_not_gone_to(rp: RelyingParty, sam: Person) -> None:
    hint = _sign_in(rp, sam)
    answer = _end_session(rp, id_token_hint=hint, post_logout_redirect_uri="http://evil.localhost/")
    assert answer.headers["location"] == "/?bye=1"
    assert not _signed_in(rp)


def test_a_forged_hint_ends_nothing(rp: RelyingParty, other: RelyingParty, sam: Person) -> None:
    _sign_in(rp, sam)
    forged = _sign_in(other, other.broker.people[0])
    answer = _end_session(rp, id_token_hint=forged)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert _signed_in(rp)


def test_a_hint_about_somebody_else_asks_first(rp: RelyingParty, sam: Person, priya: Person) -> None:
    hint = _sign_in(rp, sam)
    _sign_in(rp, priya)
    assert "Sign out of Acme?" in _end_session(rp, id_token_hint=hint).text
    assert _signed_in(rp)


def test_a_hint_ends_its_session_from_any_browser(rp: RelyingParty, sam: Person) -> None:
    hint = _sign_in(rp, sam)
    _end_session(RelyingParty(rp.broker, rp.port), id_token_hint=hint)
    assert not _signed_in(rp)


def test_a_client_that_is_down_holds_nobody_up(tmp_path: Path) -> None:
    sock = listener()
    described = world(sock.getsockname()[1])
    party = RelyingParty(described.brokers[0], described.port)
    with serving(create(described, tmp_path), sock):
        hint = _sign_in(party, described.brokers[0].people[0])
        assert _end_session(party, id_token_hint=hint).status_code == 302
        assert not _signed_in(party)
        [notice] = party.browser.get(f"{party.issuer}/control").json()["notices"]
        assert notice["status"] == 0
