"""Signing out: by the person at both ends, and by the provider's logout token (Back-Channel Logout 1.0)."""

from functools import partial
from typing import Any

from joserfc.jwk import RSAKey

from imin.identity.back_channel import LOGOUT_TOKEN_CHECKS, LOGOUT_TOKEN_USE
from tests.conformance.openid.case import Case, story
from tests.conformance.openid.scene import LOGOUT_TOKENS, Scene, live_sessions
from tests.identity.browser import Browser, query_of
from tests.identity.provider import KEYS, LEFT_OUT

EVENT = "http://schemas.openid.net/event/backchannel-logout"
BACK = "oidcc-client-test-rp-backchannel-rpinitlogout"
LONG_AGO, FAR_OFF = 1_000_000_000, 9_999_999_999


def _refused(
    name: str, says: str, rule: str, *, header: dict[str, Any] | None = None, client: Any = None, **claims: Any
) -> Case:
    """Make a case of a logout token that `rule` stops; `client` sets switches of the provider first."""

    @story(name, says, rule, checks=LOGOUT_TOKEN_CHECKS)
    def case(scene: Scene) -> None:
        _sign_in(scene)
        for switch, value in (client or {}).items():
            setattr(scene.provider, switch, value)
        scene.logout_refused(
            scene.send_logout(scene.provider.logout_token(header, **claims)), LOGOUT_TOKEN_CHECKS, rule
        )

    return case


def _sign_in(scene: Scene) -> None:
    scene.signed_in()
    scene.mark()


_as_first = RSAKey.import_key(KEYS[1].as_dict(private=True), {"kid": "first"})
_rs384 = RSAKey.import_key(KEYS[0].as_dict(private=True, alg="RS384"))

TOKENS = (
    _refused(f"{BACK}-alg-none", "Unsigned", "algorithm", client={"algorithm": "none"}),
    _refused(
        f"{BACK}-wrong-alg",
        "Signed with RS384 by the right key, but RS256 is registered",
        "algorithm",
        client={"algorithm": "RS384", "signing_key": _rs384},
    ),
    _refused(f"{BACK}-wrong-iss", "`iss` is another's", "issuer", iss="https://evil.example"),
    _refused(f"{BACK}-wrong-aud", "`aud` is another client", "audience", aud="another-client"),
    _refused(f"{BACK}-no-event", "`events` is missing", "event", events=LEFT_OUT),
    _refused(f"{BACK}-wrong-event", "`events` holds another event", "event", events={"https://evil.example": {}}),
    _refused(f"{BACK}-with-nonce", "There is a `nonce`, as in an ID Token", "no_nonce", nonce="n"),
    _refused("logout-nonce-null", "There is a `nonce`, but null", "no_nonce", nonce=None),
    _refused(
        "logout-secondary-aud", "`aud` names us and another client", "audience", aud=["acmebroker-client", "another"]
    ),
    _refused("logout-event-not-an-object", "The logout event is true, not an object", "event", events={EVENT: True}),
    _refused("logout-events-a-list", "`events` is a list", "event", events=[EVENT]),
    _refused("logout-of-nobody", "Neither `sub` nor `sid` is there", "whom", sub=LEFT_OUT),
    _refused("logout-sub-is-a-number", "`sub` is a number", "whom", sub=7),
    _refused("logout-sid-empty", "`sid` is empty, which must not mean everybody", "whom", sub=LEFT_OUT, sid=""),
    _refused("logout-sub-with-nul", "`sub` holds NUL", "whom", sub="sam\0-1"),
    _refused("logout-jti-missing", "`jti` is missing", "named", jti=LEFT_OUT),
    _refused("logout-jti-too-long", "`jti` has 256 characters", "named", jti="j" * 256),
    _refused("logout-exp-missing", "`exp` is missing", "expiry", exp=LEFT_OUT),
    _refused("logout-expired", "`exp` passed long ago", "expiry", exp=LONG_AGO),
    _refused("logout-iat-missing", "`iat` is missing", "issued_at", iat=LEFT_OUT),
    _refused("logout-iat-in-the-future", "`iat` lies in the far future", "issued_at", iat=FAR_OFF),
    _refused("logout-iat-long-ago", "`iat` is years old, `exp` is far off", "recent", iat=LONG_AGO, exp=FAR_OFF),
    _refused("logout-typ-missing", "`typ` is missing", "kind", header={"typ": LEFT_OUT}),
    _refused("logout-typ-of-another-token", "`typ` is `at+jwt`", "kind", header={"typ": "at+jwt"}),
    _refused("logout-crit", "`crit` names an extension that we do not know", "algorithm", header={"crit": ["exp"]}),
    _refused("logout-signed-by-another", "Signed with another key", "signature", client={"signing_key": _as_first}),
    _refused("logout-kid-unknown", "`kid` is not among the published keys", "signature", header={"kid": "third"}),
    _refused(
        "logout-jwk-in-the-header",
        "The header brings its own key in `jwk`",
        "signature",
        header={"jwk": _as_first.as_dict(private=False)},
        client={"signing_key": _as_first},
    ),
)


def _rubbish(name: str, says: str, token: str) -> Case:
    @story(name, says, "form", checks=LOGOUT_TOKEN_CHECKS)
    def case(scene: Scene) -> None:
        _sign_in(scene)
        scene.logout_refused(scene.send_logout(token), LOGOUT_TOKEN_CHECKS, "form")

    return case


RUBBISH = (
    _rubbish("logout-token-missing", "There is no logout token", ""),
    _rubbish("logout-token-encrypted", "The logout token has five parts", "e30.e30.e30.e30.e30"),
    _rubbish("logout-token-not-json", "The logout token is base64url, but not JSON", "QUJD.QUJD.QUJD"),
)


@story(BACK, "A good logout token: 200, nothing stored of the answer, and the session is over")
def back_channel(scene: Scene) -> None:
    _sign_in(scene)
    answer = scene.send_logout(scene.provider.logout_token())
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"", "no-store")
    assert live_sessions() == set()
    assert scene.browser.open("/edit").status_code == 302


@story("logout-token-replayed", "A good logout token is sent a second time", "unused", checks=LOGOUT_TOKEN_USE)
def replayed(scene: Scene) -> None:
    _sign_in(scene)
    token = scene.provider.logout_token()
    assert scene.send_logout(token).status_code == 200
    scene.browser.client.cookies.clear()
    scene.signed_in()
    scene.mark()
    scene.logout_refused(scene.send_logout(token), LOGOUT_TOKEN_USE, "unused")


@story("logout-sub-and-sid-of-two-people", "`sub` is one person's and `sid` another's: nobody is signed out")
def mismatch(scene: Scene) -> None:
    _sign_in(scene)
    assert scene.send_logout(scene.provider.logout_token(sub="kim-2", sid="sid-1")).status_code == 200
    assert live_sessions() == scene.live_before


@story("logout-by-sid", "`sid` alone is there")
def by_sid(scene: Scene) -> None:
    _sign_in(scene)
    assert scene.send_logout(scene.provider.logout_token(sub=LEFT_OUT, sid="sid-1")).status_code == 200
    assert live_sessions() == set()


@story(
    "id-token-as-logout-token",
    "An ID Token is sent as a logout token, `typ` not demanded",
    "event",
    checks=LOGOUT_TOKEN_CHECKS,
)
def id_token(scene: Scene) -> None:
    scene.broker(logout_without_type=True)
    _sign_in(scene)
    now = scene.provider.now()
    claims = {"iss": scene.provider.issuer, "aud": "acmebroker-client", "sub": "sam-1", "iat": now, "exp": now + 60}
    token = scene.provider.signed({**claims, "nonce": "n", "jti": "j"})
    scene.logout_refused(scene.send_logout(token), LOGOUT_TOKEN_CHECKS, "event")


@story(
    "logout-token-of-another-broker",
    "A logout token for one Broker is sent to another's host",
    "signature",
    checks=LOGOUT_TOKEN_CHECKS,
)
def of_another_broker(scene: Scene) -> None:
    other = scene.make_broker("harbour")
    other.signing_key, other.published_keys = _as_first, [_as_first]
    _sign_in(scene)
    token = other.logout_token(sub="sam-1")
    scene.logout_refused(scene.send_logout(token), LOGOUT_TOKEN_CHECKS, "signature")


@story("logout-token-not-in-a-form", "The logout token comes in the query, as JSON, or by GET")
def not_in_a_form(scene: Scene) -> None:
    _sign_in(scene)
    token = scene.provider.logout_token()
    client = Browser().client
    assert client.post(f"{LOGOUT_TOKENS}?logout_token={token}").status_code == 400
    assert client.post(LOGOUT_TOKENS, {"logout_token": token}, content_type="application/json").status_code == 400
    assert client.get(LOGOUT_TOKENS, {"logout_token": token}).status_code == 405
    assert live_sessions() == scene.live_before


def _leave(scene: Scene) -> dict[str, str]:
    """Sign in and out, and return what the provider's end of session is asked."""
    scene.signed_in()
    page = scene.browser.client.post("/oidc/logout")
    assert page.status_code == 200
    assert live_sessions() == set()
    return query_of(page["Refresh"].removeprefix("0; url="))


@story("oidcc-client-test-rp-init-logout", "The person signs out here and at the provider, and comes back")
def rp_initiated(scene: Scene) -> None:
    asked = _leave(scene)
    assert asked["client_id"] == "acmebroker-client"
    assert asked["post_logout_redirect_uri"] == "http://cards.acmebroker.localhost:8000/oidc/signed-out"
    assert asked["id_token_hint"].startswith("eyJ")
    over = scene.browser.open(f"/oidc/signed-out?state={asked['state']}")
    assert over.status_code == 200
    assert "You are signed out here and at Acmebroker" in over.content.decode()


def _unsure(scene: Scene, query: str) -> None:
    _leave(scene)
    over = scene.browser.open(f"/oidc/signed-out{query}")
    assert over.status_code == 400
    assert "we cannot be sure" in over.content.decode()


LOGOUT = (
    rp_initiated,
    story("oidcc-client-test-rp-init-logout-other-state", "The provider sends another `state` back: we are not sure")(
        partial(_unsure, query="?state=another")
    ),
    story("oidcc-client-test-rp-init-logout-no-state", "The provider sends no `state` back: we are not sure")(
        partial(_unsure, query="")
    ),
)

BACK_CHANNEL = (
    back_channel,
    *TOKENS,
    *RUBBISH,
    replayed,
    mismatch,
    by_sid,
    id_token,
    of_another_broker,
    not_in_a_form,
)
