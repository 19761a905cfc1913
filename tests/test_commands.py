"""Commands, as somebody types them: what they say, and with which status they end."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from imin import cli
from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.payments.models import CardBooking
from tests.brokers import build
from tests.cards.person import person

NOBODY = "postgresql://imin@127.0.0.1:1/imin"


def test_without_its_database_a_command_says_one_line_and_ends_with_2():
    environment = {**os.environ, "DATABASE_URL": NOBODY, "DATABASE_WEB_URL": NOBODY}
    command = [sys.executable, "-c", "from imin.cli import main; main()", "check", "history"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()  # no pool went on trying
    assert line.startswith("The database does not answer (see DATABASE_URL): ")


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
    monkeypatch.setattr(sys, "argv", ["imin", "bookings", "release", "acmebroker", "nobody@example.org", "x"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert capsys.readouterr().err == "No Customer of acmebroker: nobody@example.org.\n"


def test_rotating_says_whether_another_key_can_be_dropped(database, settings):
    settings.SECRET_KEYS = [Fernet.generate_key().decode()]
    run = CliRunner().invoke
    alone = run(cli.app, ["keys", "rotate"]).output
    assert "the only key that there is" in alone
    assert "dropped" not in alone
    settings.SECRET_KEYS = [Fernet.generate_key().decode(), *settings.SECRET_KEYS]
    assert "The other keys can be dropped." in run(cli.app, ["keys", "rotate"]).output
