"""The switches make the provider misbehave as they say, for one Broker only."""

import time

from sandbox.world import Person
from tests.sandbox.acme.relying_party import RelyingParty


def test_down_is_a_503_at_the_provider_while_the_site_stays_up(rp: RelyingParty, other: RelyingParty) -> None:
    rp.control(down=True)
    for path in ("/.well-known/openid-configuration", "/oidc/jwks", "/oidc/authorize"):
        assert rp.browser.get(f"{rp.issuer}{path}").status_code == 503
    assert rp.browser.get(f"{rp.issuer}/").status_code == 200
    assert other.browser.get(f"{other.issuer}/oidc/jwks").status_code == 200


def test_slow_waits(rp: RelyingParty) -> None:
    rp.control(slow_ms=150)
    began = time.monotonic()
    rp.keys()
    assert time.monotonic() - began >= 0.15


def test_an_error_can_be_ordered(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    rp.control(error="temporarily_unavailable")
    answer = rp.answer(rp.authorize(prompt="none"))
    assert (answer["error"], answer["iss"]) == ("temporarily_unavailable", rp.issuer)


def test_a_lean_id_token_leaves_the_rest_to_userinfo(rp: RelyingParty, sam: Person) -> None:
    rp.sign_in(sam)
    rp.control(lean_id_token=True)
    tokens = rp.redeem(rp.code()).json()
    assert "email" not in rp.read(tokens["id_token"]).claims
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert rp.browser.get(f"{rp.issuer}/oidc/userinfo", headers=bearer).json()["email"] == sam.email


def test_a_switch_that_does_not_exist_changes_nothing(rp: RelyingParty) -> None:
    assert "upside_down" in rp.control(down=True, upside_down=1)["error"]
    assert "slow_ms" in rp.control(slow_ms="a while")["error"]
    assert rp.browser.get(f"{rp.issuer}/control").json()["switches"]["down"] is False


def test_reset_is_good_health(rp: RelyingParty) -> None:
    rp.control(down=True, slow_ms=5, error="x", consent_required=["y"], lean_id_token=True)
    assert rp.control("/reset")["switches"] == {
        "slow_ms": 0,
        "down": False,
        "error": "",
        "consent_required": [],
        "lean_id_token": False,
        "pushed_requests": False,
    }


def test_a_form_from_another_page_cannot_set_switches(rp: RelyingParty) -> None:
    answer = rp.browser.post(f"{rp.issuer}/control", data={"down": "true"})
    assert answer.status_code == 415
