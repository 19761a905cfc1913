"""The examination of a Broker, on the operators' page and by command: all of it over real HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from imin.brokers.models import Broker, Domain, OpenIdSettings
from imin.ground.database import as_owner
from imin.identity.models import Session
from tests.brokers import build
from tests.brokers.https_server import HttpsServer
from tests.console import phone
from tests.identity.provider import LEFT_OUT, Server


@pytest.fixture
def acme(database, settings) -> Iterator[SimpleNamespace]:
    """A Broker with all that it needs: our platform, its provider and its dashboard answer on loopback."""
    ours, dashboard, providers = HttpsServer(None), HttpsServer(None, other=True), Server()
    settings.PUBLIC_PORT = ours.port
    url = f"http://acmebroker.localhost:{dashboard.port}/account"
    broker, provider = build.broker(dashboard_url=url), providers.provider("acmebroker")
    provider.person = None
    provider.discovery = {"response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"]}
    with as_owner():
        OpenIdSettings.objects.update(issuer=provider.issuer)
    yield SimpleNamespace(broker=broker, provider=provider, port=ours.port, page=f"/brokers/broker/{broker.pk}/check/")
    for server in (ours, dashboard, providers):
        server.stop()


def command(acme, *words):
    return subprocess.run(
        [sys.executable, "-m", "imin.cli", "check", "broker", *words],
        env={**os.environ, "IMIN_PUBLIC_PORT": str(acme.port), "TERM": "dumb", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_opening_the_page_looks_at_nothing(console, acme):
    page = console.get(acme.page).content.decode()
    assert "Check this Broker" in page
    assert acme.provider.asked == []


def test_the_brokers_page_leads_there(console, acme):
    page = console.get(f"/brokers/broker/{acme.broker.pk}/change/").content.decode()
    assert f'href="{acme.page}"' in page


def test_a_broker_that_is_well(console, acme):
    page = console.post(acme.page).content.decode()
    assert "Nothing is wrong." in page
    assert 'class="status wrong"' not in page
    for words in (
        "is answered by this platform",
        "invalid_grant",
        "login_required",
        "Main colour: 6.7 to 1",
        "/account",
    ):
        assert words in page, words
    assert f'href="http://cards.acmebroker.localhost:{acme.port}/oidc/start?again=1&amp;return=%2Fedit"' in page
    with as_owner():
        assert not Session.objects.exists()


def test_what_is_wrong_is_said_with_values_to_paste(console, acme):
    acme.provider.status["/authorize"] = 400
    page = console.post(acme.page).content.decode()
    assert "Something is wrong." in page
    uri = f"http://cards.acmebroker.localhost:{acme.port}/oidc/callback"
    assert f'<code data-copy="Redirect URI">{uri}</code>' in page


def test_what_a_provider_says_is_text_on_the_page(console, acme):
    acme.provider.discovery["code_challenge_methods_supported"] = ["<script>alert(1)</script>"]
    page = console.post(acme.page).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_look_mends_a_failing_domain(console, acme):
    with as_owner():
        Domain.objects.update(state="failing")
    console.post(acme.page)
    with as_owner():
        assert Domain.objects.get().state == "active"


def test_a_broker_with_nothing_set(console, database):
    with as_owner():
        bare = Broker.objects.create(slug="bare", name="Bare", dashboard_url="http://bare.localhost:9/")
        Domain.objects.create(broker=bare, host="cards.bare.example")
    page = console.post(f"/brokers/broker/{bare.pk}/check/").content.decode()
    assert "The Broker has sign-in settings" in page
    assert "once the Broker has proved that it is theirs" in page
    with as_owner():
        Domain.objects.all().delete()
    assert "The Broker has a domain" in console.post(f"/brokers/broker/{bare.pk}/check/").content.decode()


def test_an_operator_without_the_right_may_not_look(acme):
    with as_owner():
        clerk = User.objects.create_user("clerk", password="long enough for Clerk", is_staff=True)
    answer = phone.signed_in(clerk).post(acme.page)
    assert answer.status_code == 403
    assert acme.provider.asked == []


def test_a_broker_that_is_not_there(console):
    assert console.get("/brokers/broker/00000000-0000-4000-8000-000000000000/check/").status_code == 404


def test_the_command_says_the_same(acme):
    done = command(acme, "acmebroker")
    assert done.returncode == 0, done.stderr
    assert "✓ The address really leads to this platform" in done.stdout
    assert "! Being told when a Customer signs out there" in done.stdout
    assert done.stdout.strip().endswith("not checked.")


def test_the_command_says_what_is_wrong_and_fails(acme):
    acme.provider.discovery["jwks_uri"] = LEFT_OUT
    acme.provider.client_secret = "another"
    done = command(acme, "acmebroker")
    assert done.returncode == 1
    assert "✗ The endpoints that a sign-in needs are there\n      jwks_uri is missing." in done.stdout
    assert "Change: Enter client id and secret in the console again" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr


def test_the_command_speaks_json(acme):
    done = command(acme, "acmebroker", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert (said["broker"], said["well"]) == ("acmebroker", True)
    assert set(said["sections"]) == {"Domain", "Signing in", "Pages"}
    steps = {one["step"]: one["status"] for section in said["sections"].values() for one in section}
    assert steps["reach"] == steps["credentials"] == steps["silent"] == steps["colours"] == "ok"
    assert steps["cname"] == "not checked"


def test_the_command_names_the_brokers_that_there_are(acme):
    done = command(acme, "harbour")
    assert done.returncode == 1
    assert "There is no Broker harbour. There are: acmebroker." in done.stderr
