"""A mail on its way, to a real SMTP server on loopback."""

import socketserver
from collections.abc import Iterator
from threading import Thread

import pytest

from imin.ground import mail


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails as RFC 5321 says; with `refusal` it takes none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[str] = []
        self.refusal = ""


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        while word := self.rfile.readline()[:4].upper():
            if word == b"QUIT":
                return self._say("221 bye")
            if word == b"DATA":
                self._say("354 go on")
                self.server.taken.append("".join(line.decode() for line in iter(self.rfile.readline, b".\r\n")))
            self._say(self.server.refusal if word == b"RCPT" and self.server.refusal else "250 fine")
        return None

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    running = MailServer()
    thread = Thread(target=running.serve_forever)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def send():
    mail.send(to=["ops@platform.example"], subject="Grüße", body="All is well.\n", key="7f3a")


def test_a_mail_arrives_with_a_name_of_its_own(server):
    send()
    (taken,) = server.taken
    assert "Message-ID: <7f3a@localhost>" in taken
    assert "From: imin@localhost" in taken
    assert "To: ops@platform.example" in taken
    assert "All is well." in taken


def test_a_server_that_refuses_is_tried_again(server):
    server.refusal = "451 later"
    with pytest.raises(mail.MailFailedError, match="later"):
        send()
    assert server.taken == []
