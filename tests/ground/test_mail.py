"""A mail on its way, to a real SMTP server on loopback."""

from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage

from imin.ground import mail
from tests.ground.mail_server import MailServer, running


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with running(settings) as started:
        yield started


def send():
    mail.send(to=["ops@platform.example"], subject="Grüße", body="All is well.\n", key="7f3a")


def message(key: str = "1") -> EmailMessage:
    headers = {"Message-ID": mail.name_of(key)}
    return EmailMessage(
        "Hello", "All is well.\n", "bounces@platform.example", ["kim@platform.example"], headers=headers
    )


def test_a_mail_arrives_with_a_name_of_its_own(server):
    send()
    (taken,) = server.taken
    assert "Message-ID: <7f3a@localhost>" in taken
    assert "From: imin@localhost" in taken
    assert "To: ops@platform.example" in taken
    assert "All is well." in taken


def test_a_server_that_refuses_is_tried_again(server):
    server.refusals["RCPT"] = "451 later"
    with pytest.raises(mail.MailFailedError, match="later"):
        send()
    assert server.taken == []


def test_many_mails_go_over_one_connection(server):
    with mail.Post() as post:
        for number in range(5):
            post.send(message(str(number)))
    assert len(server.taken) == 5
    assert server.connections == 1


@pytest.mark.parametrize(
    ("word", "answer", "dead"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "550 no such user", True),
        ("RCPT", "556 5.1.10 the domain takes no mail", True),
        ("RCPT", "550 5.2.1 closed", True),
        ("RCPT", "552 5.2.2 full", False),
        ("RCPT", "550 5.7.1 not from you", False),
        ("RCPT", "554 no", False),
        ("END", "554 5.6.0 what is this", False),
    ],
)
def test_a_refusal_for_good_says_whether_the_address_is_at_fault(server, word, answer, dead):
    server.refusals[word] = answer
    with mail.Post() as post:
        with pytest.raises(mail.MailRefusedError) as refused:
            post.send(message())
        assert (str(refused.value), refused.value.dead) == (answer, dead)
        server.refusals.clear()
        post.send(message())
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("RCPT", "450 4.2.0 greylisted"),
        ("END", "452 4.3.1 full disk"),
        ("MAIL", "550 5.7.0 who are you"),
        ("DATA", "421 bye"),
    ],
)
def test_what_may_work_later_or_is_our_own_fault_is_tried_again(server, word, answer):
    server.refusals[word] = answer
    with mail.Post() as post, pytest.raises(mail.MailFailedError):
        post.send(message())


def test_a_server_that_is_away_is_asked_once(settings, server):
    settings.EMAIL_PORT = 9  # nobody listens there
    with mail.Post() as post:
        for _ in range(2):
            with pytest.raises(mail.MailFailedError, match="refused"):
                post.send(message())
        settings.EMAIL_PORT = server.server_address[1]
        with pytest.raises(mail.MailFailedError, match="refused"):
            post.send(message())
    with mail.Post() as post:
        post.send(message())
    assert len(server.taken) == 1


def test_a_mail_that_is_sent_twice_is_one_file(settings, tmp_path):
    settings.EMAIL_BACKEND = "imin.ground.mail_files.MailFiles"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    with mail.Post() as post:
        post.send(message("7f3a"))
        post.send(message("7f3a"))
    assert [file.name for file in settings.EMAIL_FILE_PATH.iterdir()] == ["7f3a.eml"]
