"""`GET /internal/tls/ask?domain=…`: the edge asks here before it gets a certificate (Card Details, section 6).

A port of its own, for the edge alone, that answers nothing else. Every answer comes from memory.
"""

import sys
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from imin.brokers.known_hosts import KnownHosts
from imin.ground import hosts
from imin.ground.log import logger

PATH = "/internal/tls/ask"
_WORDS = {200: b"served here\n", 404: b"not served here\n", 503: b"not known yet\n"}

log = logger(__name__)


class AskServer(ThreadingTCPServer):
    """Listens from the start, and answers from what `known` says, in threads that end with the process."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    known: KnownHosts

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, _Ask)

    def run(self, known: KnownHosts) -> None:
        """Answer for as long as `known` can be kept fresh: what ends that ends the process, which is started again."""
        self.known = known
        Thread(target=self.serve_forever, name="tls ask", daemon=True).start()
        known.keep_fresh()

    def handle_error(self, request: object, client_address: object) -> None:
        """Note who hung up, without the stack that the base class prints."""
        del request, client_address
        log.warning("tls_ask_failed", reason=repr(sys.exception()))


def listen() -> AskServer:
    """Return a server at the settings' address, yet to be run; raises `ImproperlyConfigured` when that is taken."""
    address = (settings.TLS_ASK_LISTEN, settings.TLS_ASK_PORT)
    try:
        return AskServer(address)
    except OSError as failure:
        raise ImproperlyConfigured(
            f"The edge's questions cannot be answered at {address[0]}, port {address[1]}: {failure.strerror}. Set "
            "IMIN_TLS_ASK_PORT to a free port, or to 0 when no edge asks this process."
        ) from None


class _Ask(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    disable_nagle_algorithm = True
    server: AskServer

    def do_GET(self) -> None:
        """Answer 200, 404 or 503 by the one `domain`."""
        asked = urlsplit(self.path)
        domains = parse_qs(asked.query).get("domain", [])
        status = self._status(domains[0]) if asked.path == PATH and len(domains) == 1 else 404
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(_WORDS[status])))
        self.end_headers()
        self.wfile.write(_WORDS[status])

    def _status(self, domain: str) -> int:
        try:
            host = hosts.normalise(domain)
        except hosts.BadHostError:
            return 404
        serves = self.server.known.serves(host)
        status = 503 if serves is None else 200 if serves else 404
        log.info("tls_ask", domain=host, status=status)
        return status

    def log_message(self, *_words: object) -> None:
        """Say nothing: what matters is in our own log."""
