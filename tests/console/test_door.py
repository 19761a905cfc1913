import re

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse

from imin.ground.database import OWNER, WEB, as_owner, role
from tests.brokers import build

INDEX = reverse("admin:index", urlconf="imin.console.urls")


def test_a_stranger_is_asked_to_sign_in(stranger):
    answer = stranger.get(INDEX)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={INDEX}")


def test_an_operator_sees_the_index(console):
    answer = console.get(INDEX)
    assert answer.status_code == 200
    assert "imin console" in answer.content.decode()


def test_signing_in_and_out(stranger):
    with as_owner():
        User.objects.create_superuser("olive", password="long enough for Olive")
    answer = stranger.post("/login/", {"username": "olive", "password": "long enough for Olive", "next": "/"})
    assert answer.status_code == 302
    assert stranger.get("/")["Location"] == "/second-factor/set-up/"
    assert stranger.post("/logout/").status_code == 200
    assert stranger.get("/")["Location"] == "/login/?next=/"


def test_a_wrong_password_is_refused(stranger):
    with as_owner():
        User.objects.create_superuser("olive", password="long enough for Olive")
    answer = stranger.post("/login/", {"username": "olive", "password": "something else"})
    assert answer.status_code == 200
    assert stranger.get("/").status_code == 302


def test_every_cookie_is_bound_to_the_host(stranger):
    with as_owner():
        User.objects.create_superuser("olive", password="long enough for Olive")
    stranger.get("/login/")
    stranger.post("/login/", {"username": "olive", "password": "long enough for Olive", "next": "/"})
    assert set(stranger.cookies) == {"__Host-csrf", "__Host-console"}
    for cookie in stranger.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True)


def test_a_form_without_its_token_is_refused(database):
    browser = Client(HTTP_HOST="console.localhost", enforce_csrf_checks=True)
    assert browser.post("/login/", {"username": "olive", "password": "x"}).status_code == 403


def test_a_form_from_another_origin_is_refused(console):
    answer = console.post("/logout/", HTTP_ORIGIN="http://cards.acmebroker.localhost:8000")
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/login/", "/brokers/broker/", "/password_change/"])
def test_the_web_role_is_never_used(console, path):
    def refuse(*_: object) -> None:
        raise AssertionError("the console asked the database as the web role")

    with connections[WEB].execute_wrapper(refuse):
        assert console.get(path).status_code in {200, 302}


def test_the_web_role_cannot_read_what_the_console_keeps(database):
    for model in (User, *site._registry):
        if hasattr(model, "broker") or model._meta.label in {"brokers.Broker", "payments.GatewayEvent"}:
            continue  # behind row-level security; tests/brokers/test_walls.py
        with pytest.raises(DatabaseError, match="permission denied"), connections[WEB].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")


def test_the_web_role_cannot_read_one_time_passwords(database):
    with pytest.raises(DatabaseError, match="permission denied"), connections[WEB].cursor() as cursor:
        cursor.execute("SELECT * FROM console_onetimepassword")


@pytest.mark.parametrize(
    "host", ["cards.acmebroker.localhost", "book.localhost", "localhost", "console.acmebroker.localhost", "nobody.test"]
)
def test_the_console_is_not_found_on_any_other_host(console, host):
    build.broker("acmebroker")
    for path in ("/login/", "/brokers/broker/", "/password_change/", "/jsi18n/"):
        assert console.get(path, HTTP_HOST=host).status_code == 404, path


def test_pages_allow_no_script_or_style_of_unknown_origin(console):
    policy = console.get(INDEX)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self' 'nonce-" in policy


def test_the_index_begins_with_brokers_and_speaks_plainly(console):
    page = console.get(INDEX).content.decode()
    said = [" ".join(name.split()) for name in re.findall(r'class="section"[^>]*>([^<]+)</a>', page)]
    assert said[:1] == ["Brokers"]
    assert "Signing in" in said
    assert "Authentication and Authorization" not in said


def test_every_listing_and_empty_form_opens(console):
    with as_owner():
        broker = build.broker("acmebroker")
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listing = reverse(f"{name}_changelist", urlconf="imin.console.urls")
        assert console.get(listing).status_code == 200, name
        assert console.get(listing, {"q": "4242"}).status_code == 200, name
    assert console.get(f"/brokers/broker/{broker.id}/change/").status_code == 200


def test_pages_hold_nothing_that_the_policy_would_block(console):
    broker = build.broker("acmebroker")
    paths = [
        "/",
        "/brokers/broker/add/",
        f"/brokers/broker/{broker.pk}/change/",
        "/auth/user/add/",
        "/password_change/",
    ]
    paths += [f"/{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry]
    for path in paths:
        page = console.get(path).content.decode()
        assert not re.search(
            r'<style|\sstyle="|\son[a-z]+="|javascript:|<script(?! [^>]*(src=|type="application/json"))', page
        ), path


def test_every_static_file_that_the_pages_name_exists(console):
    for path in ("/", "/brokers/broker/add/", "/auth/user/add/", "/payments/card/"):
        page = console.get(path).content.decode()
        named = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))
        assert "console/console.css" in named
        assert [name for name in named if not finders.find(name)] == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere/", 404, "There is no such page"),
        ("/payments/card/add/", 403, "You may not do that"),
    ],
)
def test_what_goes_wrong_is_told_on_a_page_of_ours(console, path, status, words):
    answer = console.get(path)
    assert answer.status_code == status
    page = answer.content.decode()
    assert f"<h1>{words}</h1>" in page
    assert answer["X-Request-Id"] in page


def test_a_fault_of_ours_is_told_on_a_page_that_needs_no_database(console, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site, "index", fail)
    monkeypatch.setattr("imin.console.site.ConsoleSite.get_app_list", fail)
    console.raise_request_exception = False
    answer = console.get("/brokers/broker/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Sorry, that did not work" in page
    assert "secret detail" not in page


def test_no_page_speaks_of_the_program_that_runs_the_jobs(console):
    for path in (INDEX, "/ground/job/"):
        assert "rocrastinate" not in console.get(path).content.decode()


def test_the_owner_is_used_only_while_the_console_answers(console):
    console.get(INDEX)
    assert role() == WEB != OWNER
