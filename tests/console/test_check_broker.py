"""The examination of a Broker, on the operators' page and by command: all of it over real HTTP."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob
from werkzeug.wrappers import Response

from imin.brokers.models import Broker, Domain, OpenIdSettings
from imin.console import examination, jobs
from imin.console.models import BrokerCheck
from imin.ground import clock
from imin.ground.database import OWNER, as_owner
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


def look(console, path: str) -> str:
    """Ask for the examination, have it taken as the worker does, and return the page that shows it."""
    answer = console.post(path)
    assert (answer.status_code, answer["Location"]) == (303, path)
    (job,) = waiting()
    jobs.check_broker(**job.args)
    page = console.get(path)
    assert "Refresh" not in page
    return page.content.decode()


def waiting() -> list[ProcrastinateJob]:
    """Take the jobs that wait out of the queue."""
    with as_owner():
        found = list(ProcrastinateJob.objects.filter(task_name="console.check_broker"))
        with connections[OWNER].cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
    return found


def test_opening_the_page_looks_at_nothing(console, acme):
    page = console.get(acme.page).content.decode()
    assert "Check this Broker" in page
    assert acme.provider.asked == []


def test_the_brokers_page_leads_there(console, acme):
    page = console.get(f"/brokers/broker/{acme.broker.pk}/change/").content.decode()
    assert f'href="{acme.page}"' in page


def test_a_broker_that_is_well(console, acme):
    page = look(console, acme.page)
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


def test_the_page_follows_while_it_is_under_way(console, acme):
    console.post(acme.page)
    page = console.get(acme.page)
    assert "Waiting for the worker." in page.content.decode()
    assert int(page["Refresh"]) < 10
    assert "Check again" not in page.content.decode()
    seen: list[str] = []

    def meanwhile(_request):
        seen.append(console.get(acme.page).content.decode())
        return Response(status=400)

    acme.provider.instead["/authorize"] = meanwhile
    jobs.check_broker(str(acme.broker.pk))
    assert re.search(r"Looking…</b>\s+\d+ findings so far", seen[0])
    assert "is answered by this platform" in seen[0]
    assert "prompt=none is really silent" not in seen[0]
    assert "Something is wrong." in console.get(acme.page).content.decode()


def test_it_can_be_held_still(console, acme):
    console.post(acme.page)
    page = console.get(acme.page, {"still": ""})
    assert "Refresh" not in page
    assert "Show what was found since" in page.content.decode()


def test_asking_twice_begins_one(console, acme):
    console.post(acme.page)
    assert console.post(acme.page).status_code == 303
    assert len(waiting()) == 1


def test_one_that_was_broken_off_says_so_and_can_be_asked_for_again(console, acme, settings):
    console.post(acme.page)
    with as_owner():
        BrokerCheck.objects.update(begun_at=clock.now() - examination.BROKEN_OFF * 1.1)
    page = console.get(acme.page)
    assert "Broken off." in page.content.decode()
    assert "Refresh" not in page
    waiting()
    assert "Nothing is wrong." in look(console, acme.page)


def test_a_job_that_comes_late_or_twice_does_nothing(console, acme):
    look(console, acme.page)
    asked = len(acme.provider.asked)
    jobs.check_broker(str(acme.broker.pk))
    assert len(acme.provider.asked) == asked
    with as_owner():
        Broker.objects.all().delete()
    jobs.check_broker(str(acme.broker.pk))


def test_what_is_wrong_is_said_with_values_to_paste(console, acme):
    acme.provider.status["/authorize"] = 400
    page = look(console, acme.page)
    assert "Something is wrong." in page
    uri = f"http://cards.acmebroker.localhost:{acme.port}/oidc/callback"
    assert f'<code data-copy="Redirect URI">{uri}</code>' in page


def test_what_a_provider_says_is_text_on_the_page(console, acme):
    acme.provider.discovery["code_challenge_methods_supported"] = ["<script>alert(1)</script>"]
    page = look(console, acme.page)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_look_mends_a_failing_domain(console, acme):
    with as_owner():
        Domain.objects.update(state="failing")
    look(console, acme.page)
    with as_owner():
        assert Domain.objects.get().state == "active"


def test_a_broker_with_nothing_set(console, database):
    with as_owner():
        bare = Broker.objects.create(slug="bare", name="Bare", dashboard_url="http://bare.localhost:9/")
        Domain.objects.create(broker=bare, host="cards.bare.example")
    page = look(console, f"/brokers/broker/{bare.pk}/check/")
    assert "The Broker has sign-in settings" in page
    assert "once the Broker has proved that it is theirs" in page
    with as_owner():
        Domain.objects.all().delete()
    assert "The Broker has a domain" in look(console, f"/brokers/broker/{bare.pk}/check/")


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
    assert (done.returncode, done.stderr) == (0, "")
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
    assert done.returncode == 2
    assert "There is no Broker harbour. There are: acmebroker." in done.stderr
