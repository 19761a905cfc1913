"""HTTP over loopback for names that the resolver does not know, and a server in a thread."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Loopback(httpx2.HTTPTransport):
    """Connects every name to this machine; the Host header stays what it was."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        here = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(
            httpx2.Request(request.method, here, headers=request.headers, stream=request.stream)
        )


def browser() -> httpx2.Client:
    """A browser with its own cookies, which stops at every redirect to look at it."""
    # Nothing is left open between requests, so that a test need not close its browsers.
    transport = Loopback(limits=httpx2.Limits(max_keepalive_connections=0))
    return httpx2.Client(transport=transport, timeout=10)


class Quiet(WSGIRequestHandler):
    """Serves without a word in the test's output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listener() -> socket.socket:
    """A socket that listens on a free port, so that the port is known before the application is made."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    return sock


@contextmanager
def serving(application: "WSGIApplication", sock: socket.socket) -> Iterator[None]:
    """Serve `application` on `sock` from a thread while the block runs."""
    port = sock.getsockname()[1]
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=Quiet, fd=sock.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sock.close()
