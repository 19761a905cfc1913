"""The inventory of scripts is that of the pages, and a page that was tampered with is noticed."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from imin import cli
from imin.brokers.findings import Status, examine
from imin.brokers.models import OpenIdSettings
from imin.cards.inventory import NotInInventoryError, expected, inventory
from imin.cards.page_check import STEPS, Seen, check_page
from imin.cards.passing_customer import NoSuchHostError, passing_customer
from imin.customers.models import Customer
from imin.ground import clock, http
from imin.ground.database import as_owner
from imin.ground.templating import integrity
from imin.identity import sessions
from imin.identity.models import Session
from tests.cards.person import Person
from tests.payments import platform

ROOT = Path(__file__).parent.parent.parent
ADD = "/edit/cards/add"


def fetched(person: Person, path: str) -> http.Answer:
    page = person.get(path)
    return http.Answer(page.status_code, {name.lower(): value for name, value in page.headers.items()}, page.content)


def seen(person: Person, path: str = ADD, **changed: Any) -> Seen:
    """Return a page as it came, or as somebody changed it: `headers`, or `body` as (what stood there, what stands)."""
    first, second = fetched(person, path), fetched(person, path)
    if "body" in changed:
        before, after = changed["body"]
        assert before in first.body.decode()
        first = http.Answer(first.status, first.headers, first.body.decode().replace(before, after, 1).encode())
    first.headers.update(changed.get("headers", {}))
    return Seen(f"http://{person.tenant.host}{path}", first, second)


def wrong(page: Seen) -> set[str]:
    steps = [one for one in STEPS if one.name != "script_files"]  # those are fetched: see the live page below
    return {one.name for one in examine(steps, page) if one.finding.status is not Status.OK}


@pytest.mark.parametrize("name", inventory()["scripts"])
def test_each_script_is_the_one_that_was_authorised(name):
    assert inventory()["scripts"][name]["integrity"] == integrity(name), f"{name} is now {integrity(name)}"


def test_every_script_of_the_rooms_is_in_the_inventory():
    found = [file for room in ("brokers", "cards") for file in ROOT.glob(f"imin/{room}/static/**/*.js")]
    files = {str(file).partition("/static/")[2] for file in found}
    assert files == set(inventory()["scripts"])


@pytest.mark.parametrize("path", ["/edit", ADD, "/edit/cards/{card}", "/edit/cards/{card}/remove", "/oidc/signed-out"])
def test_each_page_is_as_the_inventory_says(sam, path):
    card = sam.card()
    assert wrong(seen(sam, path.format(card=card.id))) == set()


def test_the_page_that_waits_for_the_bank_is_too(sam, shop):
    begun = shop.begin()
    with shop.fault("refuse", status=503):
        assert wrong(seen(sam, f"{ADD}/{begun.setup_id}")) == set()


def test_over_tls_more_is_expected(sam, settings):
    settings.PUBLIC_SCHEME, settings.PUBLIC_PORT = "https", 443
    page = seen(sam)
    page.url = page.url.replace("http://", "https://")
    assert wrong(page) == set()
    assert expected(ADD, over_tls=True).headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("</body>", '<script src="https://evil.example/skim.js"></script></body>', {"scripts"}),
        ("</body>", "<script>skim()</script></body>", {"inline"}),
        ("</body>", '<script type="module">skim()</script></body>', {"inline"}),
        ("</body>", "<img alt='' src='/x' onerror='skim()'></body>", {"inline"}),
        ("</body>", "<a href=' java&#9;script:skim()'>x</a></body>", {"inline"}),
        ("</body>", "<style>input{background:url(//evil.example)}</style></body>", {"inline"}),
        ("</body>", '<iframe src="https://evil.example/"></iframe></body>', {"frames"}),
        ("</body>", '<iframe srcdoc="&lt;script&gt;"></iframe></body>', {"frames", "inline"}),
        ("<head>", '<head><base href="https://evil.example/">', {"frames"}),
        ("<head>", '<head><meta http-equiv="refresh" content="0; url=//evil.example">', {"frames"}),
        ("<head>", '<head><link rel="stylesheet" href="https://evil.example/x.css">', {"styles"}),
        ("cards/add.js", "cards/bad.js", {"scripts"}),
        ('src="/static/cards/add.js"', 'src="https://evil.example/static/cards/add.js"', {"scripts"}),
        ('src="/static/cards/add.js"', 'src="/static/cards/add.js?x=1"', {"scripts"}),
        ('integrity="sha384-', 'integrity="sha384-x', {"scripts"}),
        ("integrity=", "title=", {"scripts"}),
        ('data-script="', 'data-script="https://evil.example/', {"payment_script"}),
    ],
)
def test_a_page_that_was_tampered_with_is_noticed(sam, before, after, found):
    assert wrong(seen(sam, body=(before, after))) == found


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"content-security-policy": ""}, {"policy", "nonce"}),
        ({"x-frame-options": "SAMEORIGIN"}, {"headers"}),
        ({"cache-control": "public"}, {"headers"}),
    ],
)
def test_headers_that_were_changed_are_noticed(sam, headers, found):
    found_wrong = wrong(seen(sam, headers=headers))
    assert found <= found_wrong


def test_each_directive_of_the_policy_counts(sam):
    real = seen(sam).first.headers["content-security-policy"]
    for rule in real.split("; "):
        for changed in (rule + " https://evil.example", "x-nothing"):
            page = seen(sam, headers={"content-security-policy": real.replace(rule, changed)})
            assert "policy" in wrong(page), rule


def test_a_nonce_that_comes_again_is_noticed(sam):
    page = seen(sam)
    page.second = page.first
    assert wrong(page) == {"nonce"}


def test_a_page_that_asks_for_a_sign_in_is_not_taken_for_a_good_one(sam):
    sam.end_session()
    results = {one.name: one.finding.status for one in examine(STEPS, seen(sam))}
    assert results.pop("comes") is Status.WRONG
    assert set(results.values()) == {Status.NOT_CHECKED}


def test_what_is_not_in_the_inventory_cannot_be_compared():
    with pytest.raises(NotInInventoryError, match="/nothing"):
        expected("/nothing", over_tls=False)


def test_a_broker_that_asks_for_more_before_a_card_is_added_can_be_looked_at_too(sam):
    with as_owner():
        OpenIdSettings.objects.update(step_up_max_age=60, step_up_acr_values="gold silver")
        with passing_customer(sam.tenant.host, now=clock.now()) as key:
            sam.client.cookies[sessions.COOKIE] = key
            assert sam.get(ADD).status_code == 200


def test_a_passing_customer_is_gone_afterwards(sam):
    with as_owner():
        before = Customer.objects.count(), Session.objects.count()
        with passing_customer(sam.tenant.host, now=clock.now()) as key:
            sam.client.cookies[sessions.COOKIE] = key
            assert sam.get(ADD).status_code == 200
        assert (Customer.objects.count(), Session.objects.count()) == before
        with pytest.raises(NoSuchHostError), passing_customer("cards.nobody.example", now=clock.now()):
            pass


@pytest.fixture
def live(sam) -> str:
    """The address of the card form on a real port."""
    with platform.serving() as port:
        yield f"http://{sam.tenant.host}:{port}{ADD}"


def test_a_live_page_is_compared_over_the_network(live, sam, settings, tmp_path):
    settings.PUBLIC_PORT = urlsplit(live).port
    results = check_page(live, session=sam.client.cookies[sessions.COOKIE].value)
    found = {one.name: one.finding for one in results}
    assert found.pop("script_files").status is Status.WRONG  # this server has no static files: a 404 is another file
    assert {one.status for one in found.values()} == {Status.OK}


def test_the_command_says_found_and_expected_and_how_it_went(live, sam, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "_setup", lambda: None)
    key = tmp_path / "session.txt"
    key.write_text(sam.client.cookies[sessions.COOKIE].value + "\n")
    ran = CliRunner().invoke(cli.app, ["check", "page", live, "--session-file", str(key), "--json"])
    said = json.loads(ran.stdout[ran.stdout.index("{\n") :])  # this very process logs there too
    assert (ran.exit_code, said["well"]) == (1, False)
    assert [one["step"] for one in said["steps"] if one["status"] == "wrong"] == ["script_files"]
    text = CliRunner().invoke(cli.app, ["check", "page", live, "--session-file", str(key)])
    assert "Expected:" in text.stdout
    away = CliRunner().invoke(cli.app, ["check", "page", live + "/x/y", "--session-file", str(key)])
    assert away.exit_code == 2


def test_the_reference_page_lists_the_same_scripts():
    page = (ROOT / "docs" / "reference" / "scripts.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| .* \| (.*) \|$", page, re.MULTILINE)
    kept = inventory()
    assert {name: why for name, why in rows if name.endswith(".js")} == {
        name: script["why"] for name, script in kept["scripts"].items()
    }
    assert dict(rows)["IMIN_STRIPE_JS_URL"] == kept["payment_script"]["why"]
