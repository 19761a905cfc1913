"""A mail server on loopback that takes mails as RFC 5321 says, or refuses as it is told."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


class MailServer(socketserver.ThreadingTCPServer):
    """What it took is in `taken`, with the envelope in `envelopes`.

    `refusals` maps a word (`RCPT`, `DATA`, or `END` of the data) to what is answered instead of taking it.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[str] = []
        self.envelopes: list[tuple[str, str]] = []
        self.refusals: dict[str, str] = {}
        self.connections = 0


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        sender = ""
        self._say("220 ready")
        while line := self.rfile.readline().decode():
            word = line[:4].strip().upper()
            if word == "QUIT":
                return self._say("221 bye")
            if word == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
            elif word == "RCPT":
                receiver = line.partition("<")[2].partition(">")[0]
            if refusal := self.server.refusals.get(word):
                self._say(refusal)
                continue
            if word == "DATA":
                self._say("354 go on")
                data = "".join(line.decode() for line in iter(self.rfile.readline, b".\r\n"))
                if refusal := self.server.refusals.get("END"):
                    self._say(refusal)
                    continue
                self.server.taken.append(data)
                self.server.envelopes.append((sender, receiver))
            self._say("250 fine")
        return None

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running(settings) -> Iterator[MailServer]:
    """Run one, and have `settings` name it."""
    started = MailServer()
    thread = Thread(target=started.serve_forever)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = started.server_address
    yield started
    started.shutdown()
    started.server_close()
    thread.join()
