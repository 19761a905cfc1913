"""Commands, as somebody types them: what they say, and with which status they end."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.db import connections
from typer.testing import CliRunner

from imin import cli
from imin.console.models import SecondFactor
from imin.customers.models import Customer
from imin.ground import log
from imin.ground.database import OWNER, as_owner
from imin.payments.models import CardBooking
from tests.brokers import build
from tests.cards.person import person

NOBODY = "postgresql://imin@127.0.0.1:1/imin"


@pytest.fixture(autouse=True)
def _no_log(monkeypatch):
    """Leave the log to pytest: a command would send it to this very test's standard error."""
    monkeypatch.setattr(log, "configure", lambda **_: None)


def test_without_its_database_a_command_says_one_line_and_ends_with_2():
    environment = {**os.environ, "DATABASE_URL": NOBODY, "DATABASE_WEB_URL": NOBODY}
    command = [sys.executable, "-c", "from imin.cli import main; main()", "check", "history"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()  # no pool went on trying
    assert line.startswith("The database does not answer (see DATABASE_URL): ")


@pytest.mark.parametrize(
    ("settings_", "words", "said"),
    [
        ({"PORT": "abc"}, ["check", "cards"], "IMIN_PORT is a number from 1 to 65533"),
        ({}, ["bookings", "list", "acmebroker"], "run `imin migrate`"),
        ({}, ["check", "page", "notaurl"], "notaurl is no page's address such as https://"),
    ],
)
def test_what_cannot_be_found_out_is_one_line_and_ends_with_2(tmp_path, settings_, words, said):
    kept = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    environment = {**kept, "IMIN_DATA": str(tmp_path), **{f"IMIN_{name}": value for name, value in settings_.items()}}
    command = [sys.executable, "-c", "from imin.cli import main; main()", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert said in line
    assert not (tmp_path / "postgresql").exists()


def test_a_database_without_its_tables_is_told_to_be_migrated(database, monkeypatch, capsys):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ALTER TABLE brokers_broker RENAME TO of_another_version")
        try:
            assert _said(monkeypatch, capsys, "bookings", "list", "acmebroker") == (
                2,
                "The database has not this version's tables: run `imin migrate`.\n",
            )
        finally:
            cursor.execute("ALTER TABLE of_another_version RENAME TO brokers_broker")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "erased"], "Give what is known of the person"),
        (["customers", "erase", "acmebroker", "nobody"], "acmebroker has no Customer with the identifier nobody."),
        (["bookings", "place", "acmebroker", "a", "Badminton", "2020-01-01"], "2020-01-01 is over everywhere"),
        (["bookings", "place", "acmebroker", "a", "Badminton", "3 June"], "3 June is not a day such as 2027-06-03."),
        (["mail", "sample", "acmebroker", "a@x.example", "--language", "xx"], "there are en-gb, cy, pl, ar."),
        (["operator", "bad name!"], "'bad name!' is no user name"),
    ],
)
def test_what_was_typed_wrongly_ends_with_2(database, monkeypatch, capsys, words, said):
    build.broker("acmebroker")
    status, told = _said(monkeypatch, capsys, *words)
    assert (status, said in told) == (2, True), told
    with as_owner():
        assert not User.objects.filter(username="bad name!").exists()


def _said(monkeypatch, capsys, *words):
    """What `imin` ends with, and says on standard error."""
    monkeypatch.setattr(sys, "argv", ["imin", *words])
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code, capsys.readouterr().err


def test_a_customer_whose_identifier_begins_with_a_dash_can_be_named(database):
    build.broker("acmebroker")
    alex = person(identifier="-bIn_8wPq03Rt-xY")
    card = alex.card(is_default=True)
    run = CliRunner().invoke
    placed = run(cli.app, ["bookings", "place", "acmebroker", "-bIn_8wPq03Rt-xY", "Badminton", "2029-06-03"])
    assert placed.exit_code == 0, placed.output
    assert "Badminton on 2029-06-03 needs visa •••• 4242 until 2029-06-04 12:00 UTC." in placed.output
    released = run(cli.app, ["bookings", "release", "acmebroker", "-bIn_8wPq03Rt-xY", "2029-06-03 Badminton"])
    assert released.exit_code == 0, released.output
    with as_owner():
        assert Customer.objects.get().identifier == "-bIn_8wPq03Rt-xY"
        assert CardBooking.objects.get(card=card).released_at


def test_a_refusal_is_the_sentence_alone(database, monkeypatch, capsys):
    build.broker("acmebroker")
    status, told = _said(monkeypatch, capsys, "bookings", "release", "acmebroker", "nobody@example.org", "x")
    assert (status, told) == (2, "No Customer of acmebroker: nobody@example.org.\n")


def test_an_operator_is_told_where_and_until_when_and_anybody_which_version(database):
    run = CliRunner().invoke
    printed = run(cli.app, ["operator", "kim"]).output
    assert re.search(r"^kim: \S+   \(works once, until \d+ \w+ \d+, \d\d:\d\d UTC\)$", printed, re.MULTILINE)
    assert "Sign in at http://console.localhost" in printed
    assert run(cli.app, ["operator"]).exit_code == 2
    assert run(cli.app, ["--version"]).output == f"imin {version('imin')}\n"


def test_a_key_that_is_none_names_its_setting(database, settings, monkeypatch, capsys):
    settings.SECRET_KEYS = ["abc"]
    with as_owner():
        SecondFactor.objects.create(user=User.objects.create(username="kim"), secret_encrypted="x")
    status, told = _said(monkeypatch, capsys, "keys", "rotate")
    assert status == 2
    assert told.startswith("IMIN_SECRET_KEYS lists keys as `imin keys new` prints them")


def test_rotating_says_whether_another_key_can_be_dropped(database, settings):
    settings.SECRET_KEYS = [Fernet.generate_key().decode()]
    run = CliRunner().invoke
    alone = run(cli.app, ["keys", "rotate"]).output
    assert "the only key that there is" in alone
    assert "dropped" not in alone
    settings.SECRET_KEYS = [Fernet.generate_key().decode(), *settings.SECRET_KEYS]
    assert "The other keys can be dropped." in run(cli.app, ["keys", "rotate"]).output
