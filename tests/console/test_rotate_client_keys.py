"""The next key of a client at a Broker's provider, by the command line."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from imin import cli, cli_keys
from imin.brokers import client_keys
from imin.brokers.models import ClientKey, OpenIdSettings
from imin.console.models import AuditEntry
from imin.console.rotate_client_keys import rotate_client_keys
from imin.ground import clock
from tests.brokers import build

NOW = clock.now()
DAY = timedelta(days=1)


@pytest.fixture
def brokers(owner):
    """Two Brokers that sign in by key, and one by secret."""
    made = [build.broker(slug) for slug in ("acmebroker", "harbour", "plain")]
    by_key = OpenIdSettings.objects.exclude(broker=made[2])
    by_key.update(authentication=OpenIdSettings.Authentication.PRIVATE_KEY)
    for settings in by_key:
        client_keys.make_first(settings, now=NOW - 100 * DAY)
    return made


def rotate(broker=None, *, now=NOW, older_than=None, at_once=False) -> list[str]:
    made = rotate_client_keys(broker=broker, older_than=older_than, at_once=at_once, now=now)
    return [one.broker for one in made]


def test_every_broker_that_signs_in_by_key_gets_the_next_one(brokers):
    before = client_keys.signing(brokers[0].id, now=NOW)
    assert rotate() == ["acmebroker", "harbour"]
    assert client_keys.signing(brokers[0].id, now=NOW) == before
    assert client_keys.signing(brokers[0].id, now=NOW + DAY) != before
    assert len(client_keys.published(brokers[0].id, now=NOW)) == 2


def test_a_timer_makes_one_only_when_the_newest_is_old(brokers):
    assert rotate(older_than=90 * DAY) == ["acmebroker", "harbour"]
    waiting = ClientKey.objects.filter(signs_from__gt=NOW).values_list("key_id", flat=True)
    known = set(waiting)
    assert rotate(older_than=90 * DAY) == []  # the one that waits is not dropped for another
    assert set(waiting.all()) == known
    assert rotate(older_than=90 * DAY, now=NOW + 92 * DAY) == ["acmebroker", "harbour"]


def test_of_one_broker_also_before_it_signs_in_by_key(brokers):
    assert rotate(brokers[2]) == ["plain"]
    assert client_keys.signing(brokers[2].id, now=NOW)


def test_at_once_leaves_no_other(brokers):
    before = client_keys.signing(brokers[0].id, now=NOW)
    assert rotate(brokers[0], at_once=True) == ["acmebroker"]
    assert [key.signs_from for key in client_keys.published(brokers[0].id, now=NOW)] == [NOW]
    assert client_keys.signing(brokers[0].id, now=NOW) != before
    assert ClientKey.objects.count() == 2


def test_the_command_prints_public_keys_and_enters_the_audit_log(brokers, monkeypatch):
    monkeypatch.setattr(cli_keys, "setup", lambda: None)  # Django is set up, and its log belongs to pytest
    run = CliRunner().invoke
    ran = run(cli.app, ["keys", "client", "acmebroker", "--json"])
    assert ran.exit_code == 0, ran.output
    (made,) = json.loads(ran.stdout)
    stored = ClientKey.objects.get(broker=brokers[0], key_id=made["publicKey"]["kid"])
    assert (made["broker"], made["signsFrom"]) == ("acmebroker", stored.signs_from.isoformat())
    assert made["publicKey"] == stored.public_key
    assert "d" not in made["publicKey"]
    entry = AuditEntry.objects.get(thing="brokers_clientkey", action="added")
    assert (entry.who, entry.broker) == ("imin keys client", "acmebroker")
    plain = run(cli.app, ["keys", "client", "plain"])
    assert "plain is signed in at by client_secret_basic" in plain.stdout
    assert plain.stdout.endswith("\n1 new key.\n")
    nothing = run(cli.app, ["keys", "client", "--older-than", "50000"])
    assert (nothing.exit_code, nothing.stdout) == (0, "No new key was needed.\n")


@pytest.mark.parametrize(("words", "said"), [(["nobody"], "acmebroker, harbour, plain"), (["--at-once"], "slug")])
def test_what_it_refuses(brokers, monkeypatch, words, said):
    monkeypatch.setattr(cli_keys, "setup", lambda: None)
    ran = CliRunner().invoke(cli.app, ["keys", "client", *words])
    assert isinstance(ran.exception, cli.RefusedError)
    assert said in str(ran.exception)
    assert ClientKey.objects.count() == 2
