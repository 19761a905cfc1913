"""Receives webhooks on loopback, and answers what it was told to."""

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

SECRET = "whsec_sandbox"


@dataclass(frozen=True)
class Message:
    """One delivery as it came over the wire."""

    body: bytes
    signature: str
    host: str

    def event(self, secret: str = SECRET) -> stripe.Event:
        """Return the event, checked by the official SDK."""
        return stripe.Webhook.construct_event(self.body, self.signature, secret)


class Receiver(ThreadingHTTPServer):
    """Keeps every message; answers the statuses in `answers` first, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: list[Message] = []
        self.answers: list[int] = []
        self._arrived = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://platform.localhost:{self.server_port}/webhooks/payments?from=pay"

    def forget(self) -> None:
        with self._arrived:
            self.messages.clear()
            self.answers.clear()

    def keep(self, message: Message) -> int:
        with self._arrived:
            self.messages.append(message)
            self._arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, *types: str, seconds: float = 20) -> list[stripe.Event]:
        """Return the events of these types in the order of arrival, once there is one of each listed."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while True:
                events = [event for message in self.messages if (event := message.event()).type in types]
                left = list(types)
                for event in events:
                    if event.type in left:
                        left.remove(event.type)
                if not left:
                    return events
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"never came: {left}")


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = Message(body, self.headers["Stripe-Signature"], self.headers["Host"])
        self.send_response(self.server.keep(message))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass
