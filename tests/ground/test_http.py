from contextlib import suppress
from time import monotonic

import pytest

from imin.ground import http


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/"]
)
def test_private_addresses_are_refused(address):
    with pytest.raises(http.RefusedAddressError, match="private"):
        http.request("GET", address)


def test_a_local_name_is_loopback_only_in_development(settings, httpserver):
    port = httpserver
    assert http.request("GET", f"http://anything.localhost:{port}/").body == b"hello anything.localhost"
    settings.DEVELOPMENT = False
    with pytest.raises((http.RefusedAddressError, http.UnreachableError)):
        http.request("GET", f"http://anything.localhost:{port}/")


def test_too_much_is_cut_off(monkeypatch, httpserver):
    monkeypatch.setattr(http, "MAX_BYTES", 3)
    with pytest.raises(http.RefusedAddressError, match="3 bytes"):
        http.request("GET", f"http://x.localhost:{httpserver}/")


def test_silence_is_unreachable(httpserver):
    with pytest.raises(http.UnreachableError):
        http.request("GET", f"http://x.localhost:{httpserver}/slow", timeout_seconds=0.2)


def test_a_body_that_drips_is_cut_off_in_time(httpserver):
    started = monotonic()
    with pytest.raises(http.TimedOutError):
        http.request("GET", f"http://x.localhost:{httpserver}/drip", timeout_seconds=0.2)
    assert monotonic() - started < 0.8


def test_redirects_are_answers(httpserver):
    assert http.request("GET", f"http://x.localhost:{httpserver}/away").status == 302


@pytest.fixture
def httpserver():
    import threading
    import time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/slow":
                time.sleep(1)
            body = b"hello " + self.headers["Host"].split(":")[0].encode()
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "http://10.0.0.1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.path == "/drip":
                with suppress(OSError):  # whoever asked is gone
                    for byte in body:
                        time.sleep(0.1)
                        self.wfile.write(bytes([byte]))
                return
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()
