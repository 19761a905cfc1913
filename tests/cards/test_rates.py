"""Asking too often: what each kind of request may, and what is told to whom."""

from uuid import uuid4

import pytest
from django.test import Client

from imin.ground.database import as_owner
from imin.identity import sessions
from imin.identity.models import SignIn
from tests.cards.person import NAVIGATION, text


def statuses(client: Client, path: str, times: int, **more: str) -> list[int]:
    return [client.get(path, **{**NAVIGATION, **more}).status_code for _ in range(times)]


def test_who_asks_too_often_is_told_so_in_the_brokers_looks(alex, settings):
    settings.RATE_ADDRESS = (1.0, 3)
    assert statuses(alex.client, "/edit", 3) == [200] * 3
    refused = alex.get()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert "Too many requests came from you" in text(refused)
    assert "Back to my Acme account" in text(refused)
    assert refused["Content-Security-Policy"].startswith("default-src 'none'")
    assert alex.get(REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_script_of_ours_is_told_in_json(alex, settings):
    settings.RATE_ADDRESS = (1.0, 1)
    alex.get()
    refused = alex.ask("/edit/cards/add", {"attempt": str(uuid4()), "consent": True})
    assert (refused.status_code, refused.json()["type"]) == (429, "TooManyRequestsError")
    assert refused["Retry-After"] == "1"


def test_nothing_is_looked_up_for_a_request_too_many(alex, settings, django_assert_num_queries):
    settings.RATE_ADDRESS = (1.0, 1)
    alex.get()
    with django_assert_num_queries(0):
        assert alex.get().status_code == 429


def test_a_session_has_a_limit_of_its_own_wherever_it_is_used(alex, settings):
    settings.RATE_SESSION = (1.0, 3)
    seen = [alex.get(REMOTE_ADDR=f"203.0.113.{number}").status_code for number in range(4)]
    assert seen == [200, 200, 200, 429]
    alex.sign_in()
    assert alex.get().status_code == 200


def test_a_host_has_a_limit_of_its_own(alex, settings):
    settings.RATE_HOST = (1.0, 3)
    seen = [
        Client(HTTP_HOST=alex.tenant.host, REMOTE_ADDR=f"203.0.113.{number}").get("/brand/logo").status_code
        for number in range(4)
    ]
    assert seen == [404, 404, 404, 429]
    for spelt in (f"{alex.tenant.host}:9999", alex.tenant.host.upper(), f"{alex.tenant.host}."):
        assert Client(HTTP_HOST=spelt).get("/brand/logo").status_code == 429
    assert Client(HTTP_HOST="book.localhost").get("/").status_code == 404


@pytest.mark.parametrize("path", ["/edit", "/oidc/start", "/edit/cards/add"])
def test_sign_ins_from_one_address_do_not_fill_the_table(alex, provider, settings, path):
    settings.RATE_ADDRESS = (0.0, 0)
    settings.RATE_HOST = (0.0, 0)
    settings.RATE_SIGN_IN = (0.001, 20)
    browser = Client(HTTP_HOST=alex.tenant.host)
    found = statuses(browser, path, 300)
    assert (found.count(302), found.count(429)) == (20, 280)
    with as_owner():
        assert SignIn.objects.count() == 20
    refused = browser.get(path, **NAVIGATION)
    assert 900 < int(refused["Retry-After"]) <= 1000
    assert "Too many sign-ins at once" in text(refused)
    assert statuses(browser, path, 1, REMOTE_ADDR="203.0.113.9") == [302]


def test_a_junk_session_begins_no_more_sign_ins_than_none(alex, provider, settings):
    settings.RATE_SIGN_IN = (0.001, 5)
    for number in range(20):
        browser = Client(HTTP_HOST=alex.tenant.host)
        browser.cookies[sessions.COOKIE] = f"junk-{number}"
        browser.get("/edit", **NAVIGATION)
    with as_owner():
        assert SignIn.objects.count() == 5


def test_sign_ins_of_many_addresses_are_limited_at_the_broker(alex, provider, settings):
    settings.RATE_SIGN_IN_BROKER = (0.001, 5)
    browser = Client(HTTP_HOST=alex.tenant.host)
    found = [statuses(browser, "/edit", 1, REMOTE_ADDR=f"203.0.113.{number}")[0] for number in range(8)]
    assert found == [302] * 5 + [429] * 3


def test_servers_have_a_wide_limit_of_their_own(alex, settings):
    settings.RATE_ADDRESS = (1.0, 1)
    settings.RATE_SERVER = (1.0, 3)
    server = Client(HTTP_HOST="book.localhost")
    found = [server.post("/payments/events/stripe", b"{}", content_type="application/json") for _ in range(4)]
    assert [answer.status_code for answer in found] == [400, 400, 400, 429]
    assert alex.get().status_code == 200


def test_passwords_for_the_console_are_counted(database, settings):
    settings.RATE_CONSOLE_SIGN_IN = (0.2, 2)
    console = Client(HTTP_HOST="console.localhost")
    found = [console.post("/login/", {"username": "kim", "password": "x"}).status_code for _ in range(3)]
    assert found[:2] != [429, 429]
    assert found[2] == 429


def test_an_unknown_host_has_no_looks(database, settings):
    settings.RATE_ADDRESS = (1.0, 1)
    stranger = Client(HTTP_HOST="cards.nobody.example")
    assert stranger.get("/").status_code == 404
    assert stranger.get("/").status_code == 429


@pytest.mark.parametrize("path", ["/", "/edit", "/favicon.ico"])
def test_the_platforms_own_host_has_a_plain_page_for_what_it_does_not_know(database, path):
    response = Client(HTTP_HOST="book.localhost").get(path)
    assert response.status_code == 404
    assert "There is nothing here" in text(response)
    assert "<style" not in response.content.decode()
