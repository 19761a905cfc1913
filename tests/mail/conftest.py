from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import build
from tests.cards.person import Person, person
from tests.ground.mail_server import MailServer, running


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """Where mails lie as files."""
    settings.EMAIL_BACKEND = "imin.ground.mail_files.MailFiles"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def alex(database, folder) -> Person:
    """A person with a card at Acme, and an address."""
    build.broker("acmebroker", name="Acme")
    return person(email="alex@acmebroker.example", email_verified=True)


@pytest.fixture
def server(settings, folder) -> Iterator[MailServer]:
    """A mail server on loopback, which gets the mails instead of the folder."""
    with running(settings) as started:
        yield started
