"""Whatever the provider's server says: a page or a sign-in, never a fault, and nobody by a claim that counts."""

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from joserfc.jws import JWSRegistry

from imin.identity import published
from tests.conformance.openid.scene import Scene, live_sessions
from tests.identity.provider import KEYS, LEFT_OUT, by_hand

pytestmark = [pytest.mark.timeout(600)]  # hundreds of examples, on machines of any speed
CLAIMS = ("iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub", "at_hash")
ABOUT = ("sid", "email", "email_verified", "name", "given_name", "family_name", "auth_time", "acr")
DOCUMENT = (
    *("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"),
    *("pushed_authorization_request_endpoint", "require_pushed_authorization_requests"),
    "authorization_response_iss_parameter_supported",
)
ODD = (
    *("\ud800", "\0", "", "é", "a\r\nb", "x" * 3000, "https://", "https://[", f"https://{'a' * 70}.example/"),
    *("https://example.invalid:99999/", "https://ex ample/", "https://.example/", "https://\u2024/", "javascript:1"),
    *(10**400, -1, 1e308, float("nan"), float("inf"), True, None, [], {}, [[]], {"a": None}),
)
values = st.sampled_from(ODD) | st.text(st.characters(), max_size=8) | st.integers() | st.just(LEFT_OUT)


def some(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return one to three of `names` with odd values."""
    return st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=3)


switches = st.one_of(
    st.tuples(st.just("claims"), some(*CLAIMS, *ABOUT)),
    st.tuples(st.just("header"), some("alg", "kid", "typ", "crit", "jwk", "jku", "b64", "zip")),
    st.tuples(st.just("token"), some("id_token", "access_token", "token_type", "expires_in", "error")),
    st.tuples(st.just("userinfo"), some("sub", "email", "name", "email_verified")),
    st.tuples(st.just("discovery"), some(*DOCUMENT)),
    st.tuples(st.just("par"), some("request_uri", "expires_in")),
    st.tuples(st.just("key"), some(*KEYS[0].as_dict(private=False), "key_ops", "x5c", "x5u", "d")),
)
COUNTS = {"iss", "aud", "nonce", "id_token"}
"""Whoever changes one of these signs nobody in."""


def signed(said: dict[str, Any], claims: dict[str, Any], _header: Any = None) -> str:
    """Sign well, whatever the header says."""
    header = {"alg": "RS256", "kid": "first", "typ": "JWT", **said}
    genuine = JWSRegistry.algorithms["RS256"]
    return by_hand(
        {name: value for name, value in header.items() if value is not LEFT_OUT},
        claims,
        lambda content: genuine.sign(content, KEYS[0]),
    )


def turn(scene: Scene, switch: str, said: dict[str, Any]) -> None:
    provider = scene.provider
    vars(provider).pop("signed", None)
    provider.claims, provider.header, provider.token, provider.userinfo = {}, {}, {}, {}
    provider.discovery, provider.par, provider.jwks = {}, {}, None
    provider.in_userinfo = {"email"} if switch == "userinfo" or "access_token" in said else set()
    if switch == "key":
        key = {**KEYS[0].as_dict(private=False), **said}
        provider.jwks = {"keys": [{name: value for name, value in key.items() if value is not LEFT_OUT}]}
        return
    if switch == "header":
        provider.signed = partial(signed, said)  # type: ignore[method-assign]
        return
    if switch == "par":
        provider.discovery = {"pushed_authorization_request_endpoint": f"{provider.issuer}/par"}
    setattr(provider, switch, said)


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=switches)
def test_whatever_the_provider_says(scene: Scene, change: tuple[str, dict[str, Any]]):
    switch, said = change
    scene.endlessly()
    scene.settings.HTTP_TIMEOUT_SECONDS = 1
    published.forget()
    scene.browser.client.cookies.clear()
    turn(scene, switch, said)
    before = live_sessions()
    answer = scene.browser.open("/edit")
    if answer.status_code == 302 and answer["Location"].startswith(f"{scene.provider.issuer}/authorize?"):
        if switch == "par" or "pushed_authorization_request_endpoint" in said:  # the provider knows no such request
            event("pushed")
            return
        answer = scene.browser.open(scene.browser.visit(answer["Location"]))
    event(f"{switch} {answer.status_code}")
    assert answer.status_code in {302, 502, 503}
    if said.keys() & COUNTS and switch in {"claims", "token"}:
        assert live_sessions() == before
