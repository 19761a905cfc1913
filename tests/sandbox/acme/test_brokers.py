"""Two Brokers on one port share nothing."""

from pathlib import Path

import pytest
from joserfc.errors import JoseError

from sandbox.acme.app import create
from sandbox.acme.keys import KeyRing
from sandbox.world import Person
from tests.sandbox.acme.loopback import browser, listener, serving
from tests.sandbox.acme.relying_party import RelyingParty
from tests.sandbox.world import world


def test_a_session_here_is_none_there(rp: RelyingParty, other: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    other.browser = rp.browser
    assert "code" in rp.answer(rp.authorize(prompt="none"))
    assert other.answer(other.authorize(prompt="none"))["error"] == "login_required"


def test_the_cookie_of_one_is_nothing_to_the_other(rp: RelyingParty, other: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    stolen = rp.browser.cookies.get("acme_session")
    assert stolen
    other.browser.cookies.set("acme_session", stolen, domain=other.broker.host)
    assert other.answer(other.authorize(prompt="none"))["error"] == "login_required"


def test_tokens_and_codes_do_not_cross(rp: RelyingParty, other: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    tokens = rp.redeem(rp.code()).json()
    with pytest.raises(JoseError):
        other.read(tokens["id_token"])
    other.verifier = rp.verifier
    assert other.redeem(rp.code()).json()["error"] == "invalid_grant"


def test_the_session_cookie_is_for_this_host_and_not_for_scripts(rp: RelyingParty, sam: Person) -> None:
    cookie = rp.sign_in(sam).headers["set-cookie"]
    assert cookie.startswith("acme_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_an_unknown_host_is_a_404_without_names(rp: RelyingParty) -> None:
    answer = browser().get(f"http://nobody.localhost:{rp.port}/")
    assert answer.status_code == 404
    assert "Acme" not in answer.text


def test_a_restart_keeps_the_keys_and_signs_everybody_out(tmp_path: Path) -> None:
    kids = []
    client = browser()
    for _ in range(2):
        sock = listener()
        described = world(sock.getsockname()[1])
        party = RelyingParty(described.brokers[0], described.port, browser=client)
        with serving(create(described, tmp_path), sock):
            assert party.answer(party.authorize(prompt="none"))["error"] == "login_required"
            party.sign_in(described.brokers[0].people[0])
            kids.append(party.read(party.redeem(party.code()).json()["id_token"]).header["kid"])
    assert kids[0] == kids[1]


def test_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "keys.json"
    KeyRing(path)
    assert path.stat().st_mode & 0o777 == 0o600
