"""Proving who we are with a key of our own (`private_key_jwt`), and how one key follows another."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections
from joserfc import jwt
from joserfc.jwk import KeySet

from imin.brokers import client_keys
from imin.brokers.acting import acting
from imin.brokers.models import ClientKey, OpenIdSettings
from imin.ground import clock
from imin.ground.database import as_owner
from tests.brokers import build
from tests.identity.browser import Browser
from tests.identity.conftest import broker_of, set_up, why
from tests.identity.test_return import shown

HOUR = timedelta(hours=1)


def published(browser: Browser) -> dict:
    answer = browser.client.get("/oidc/jwks")
    assert answer.status_code == 200
    return answer.json()


def use_keys(provider, browser, algorithm="ES256") -> None:
    """Have the Broker use a key of ours, which its provider fetches like any provider."""
    set_up("acmebroker", authentication="private_key_jwt", client_key_algorithm=algorithm, client_secret_encrypted="")

    def fetched() -> dict:
        try:
            return published(browser)
        finally:
            connections.close_all()  # those of the provider's thread, which ends without giving them back

    provider.client_jwks = fetched
    with as_owner():
        client_keys.make_first(OpenIdSettings.objects.get(), now=clock.now())


def kids(browser) -> list[str]:
    return [key["kid"] for key in published(browser)["keys"]]


def rotate(way, after=timedelta(0)) -> None:
    with as_owner():
        way(OpenIdSettings.objects.get(), now=clock.now() + after)


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_private_key_jwt(browser, provider, algorithm):
    use_keys(provider, browser, algorithm)
    assert browser.sign_in()["name"] == "Sam Vale"


def test_what_the_assertion_says(browser, provider):
    use_keys(provider, browser)
    browser.sign_in()
    Browser().sign_in()
    sent = [visit["client_assertion"] for visit in provider.visits("/token")]
    one, other = (jwt.decode(text, KeySet.import_key_set(published(browser)), ["ES256"]) for text in sent)
    assert one.header["kid"] == kids(browser)[0]
    assert one.claims["iss"] == one.claims["sub"] == "acmebroker-client"
    assert one.claims["aud"] == provider.issuer  # a string: the issuer, and nobody else
    assert one.claims["exp"] - one.claims["iat"] == 60
    assert one.claims["jti"] != other.claims["jti"]
    assert set(one.claims) == {"iss", "sub", "aud", "jti", "iat", "exp"}


def test_no_secret_goes_along(browser, provider):
    use_keys(provider, browser)
    browser.sign_in()
    assert "client_secret" not in provider.visits("/token")[0]


def test_a_key_that_the_provider_does_not_know(browser, provider, log):
    use_keys(provider, browser)
    provider.client_jwks = lambda: {"keys": [key.as_dict(private=False) for key in provider.published_keys]}
    shown(browser.come_back(), 502, "We could not be sure")
    assert "invalid_client" in why(log)["cause"]


def test_private_key_jwt_without_a_key(browser, provider, log):
    set_up("acmebroker", authentication="private_key_jwt")
    shown(browser.come_back(), 503, "Signing in is not set up yet")
    assert "no key was made" in why(log)["cause"]
    assert provider.visits("/token") == []


# ── what is published ───────────────────────────────────────────────────────────────────────────────────────


def test_nothing_private_is_published(browser, provider):
    use_keys(provider, browser)
    (key,) = published(browser)["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    with as_owner():
        stored = ClientKey.objects.get()
    assert "d" in json.loads(stored.private_key)
    assert json.loads(stored.private_key)["d"] not in f"{vars(stored)}"


def test_a_broker_without_keys_publishes_an_empty_set(browser):
    assert published(browser) == {"keys": []}


def test_each_broker_publishes_its_own_keys(browser, provider):
    use_keys(provider, browser)
    build.broker("harbour")
    assert published(Browser("harbour")) == {"keys": []}


def test_web_pages_can_read_keys_and_change_none(browser, provider):
    use_keys(provider, browser)
    with pytest.raises(DatabaseError, match="permission denied"), acting(broker_of().id):
        ClientKey.objects.all().delete()


# ── one key follows another ─────────────────────────────────────────────────────────────────────────────────


def test_the_next_key_is_published_a_day_before_it_signs_and_the_old_one_a_day_after(browser, provider, settings):
    use_keys(provider, browser)
    (old,) = kids(browser)
    rotate(client_keys.make_next)
    new, was = kids(browser)
    assert was == old
    for hours, signs, shows in ((0, old, [new, old]), (23, old, [new, old]), (25, new, [new, old]), (49, new, [new])):
        settings.CLOCK_OFFSET = provider.clock_offset = hours * 3600
        browser.sign_in()
        text = provider.visits("/token")[-1]["client_assertion"]
        assert jwt.decode(text, KeySet.import_key_set(published(browser)), ["ES256"]).header["kid"] == signs, hours
        assert kids(browser) == shows, hours


def test_pressing_twice_makes_one_next_key(browser, provider):
    use_keys(provider, browser)
    (old,) = kids(browser)
    rotate(client_keys.make_next)
    first = kids(browser)[0]
    rotate(client_keys.make_next, after=HOUR)
    assert len(kids(browser)) == 2
    assert kids(browser)[1] == old
    assert first not in kids(browser)


def test_keys_that_had_their_time_are_deleted_with_the_next(browser, provider):
    use_keys(provider, browser)
    rotate(client_keys.make_next)
    rotate(client_keys.make_next, after=72 * HOUR)
    with as_owner():
        assert ClientKey.objects.count() == 2


def test_a_known_key_is_replaced_at_once(browser, provider):
    use_keys(provider, browser)
    (old,) = kids(browser)
    rotate(client_keys.make_next)
    rotate(client_keys.replace)
    (new,) = kids(browser)
    assert new != old
    browser.sign_in()


def test_a_first_key_is_made_once(browser, provider):
    use_keys(provider, browser)
    before = kids(browser)
    rotate(client_keys.make_first)
    assert kids(browser) == before
