import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import pytest

from imin.ground import clock, http
from tests.brokers.https_server import Authority


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/"]
)
def test_private_addresses_are_refused(address):
    with pytest.raises(http.RefusedAddressError, match="private"):
        http.request("GET", address)


def test_a_local_name_is_loopback_only_in_development(settings, httpserver):
    port = httpserver
    assert http.request("GET", f"http://anything.localhost:{port}/").body == b"hello anything"
    settings.DEVELOPMENT = False
    http.forget()  # the connection that was allowed
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


def test_a_connection_serves_again_but_only_the_same_name(httpserver):
    used = [http.request("GET", f"http://{host}.localhost:{httpserver}/line").body for host in "aabba"]
    assert used[0] == used[1]
    assert used[2] == used[3]
    assert used[4] == used[0]
    assert used[0] != used[2]


def test_a_connection_that_was_closed_meanwhile_is_not_used(httpserver):
    for _ in range(3):
        assert http.request("GET", f"http://a.localhost:{httpserver}/close").body == b"hello a"


def test_a_connection_is_kept_for_seconds_only(httpserver, monkeypatch):
    monkeypatch.setattr(http, "KEPT_SECONDS", 0)
    used = [http.request("GET", f"http://a.localhost:{httpserver}/line").body for _ in range(2)]
    assert used[0] != used[1]


def test_no_more_connections_are_kept_than_some(httpserver, monkeypatch):
    monkeypatch.setattr(http, "_MOST_KEPT", 1)
    used = [http.request("GET", f"http://{host}.localhost:{httpserver}/line").body for host in "aba"]
    assert len(set(used)) == 3


def test_after_a_body_that_was_too_long_the_connection_is_not_used_again(httpserver, monkeypatch):
    monkeypatch.setattr(http, "MAX_BYTES", 3)
    with pytest.raises(http.RefusedAddressError):
        http.request("GET", f"http://a.localhost:{httpserver}/")
    monkeypatch.undo()
    assert http.request("GET", f"http://a.localhost:{httpserver}/").body == b"hello a"


def test_what_is_sent(httpserver):
    answer = http.request(
        "POST", f"http://a.localhost:{httpserver}/echo?a=b c&d=\u00e9", headers={"X-One": "1"}, content=b"body"
    )
    line, *head, body = answer.body.decode().split("\n")
    assert line == "POST /echo?a=b%20c&d=%C3%A9"
    assert {f"Host: a.localhost:{httpserver}", "X-One: 1", "Content-Length: 4"} <= set(head)
    assert body == "body"


def test_a_packed_body_is_unpacked_and_its_size_is_what_it_unpacks_to(httpserver, monkeypatch):
    url = f"http://a.localhost:{httpserver}/packed"
    assert http.request("GET", url).body == b"0" * 100_000
    monkeypatch.setattr(http, "MAX_BYTES", 99_999)
    with pytest.raises(http.RefusedAddressError):
        http.request("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.example/",
        "ftp://a.localhost/",
        "http://",
        "http://a.localhost:none/",
        "http://a.localhost:99999/",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_unreachable(url):
    with pytest.raises(http.UnreachableError):
        http.request("GET", url)


@pytest.mark.parametrize(("name", "value"), [("X", "a\r\nY: b"), ("X\r\nY", "b"), ("X", "a\0"), ("", "a")])
def test_a_header_cannot_become_two(httpserver, name, value):
    with pytest.raises(http.UnreachableError):
        http.request("GET", f"http://a.localhost:{httpserver}/", headers={name: value})


def test_a_head_that_drips_is_cut_off_in_time(httpserver):
    started = monotonic()
    with pytest.raises(http.TimedOutError):
        http.request("GET", f"http://a.localhost:{httpserver}/head", timeout_seconds=0.2)
    assert monotonic() - started < 0.8


def test_a_cut_off_answer_is_unreachable(httpserver):
    with pytest.raises(http.UnreachableError):
        http.request("GET", f"http://a.localhost:{httpserver}/cut")


class Handler(BaseHTTPRequestHandler):
    """Answers as its path says: slowly, bit by bit, packed, cut off."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/head":
            self.drip(b"HTTP/1.1 200 OK\r\nX: 1\r\n")
            return
        body = self.body()
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://10.0.0.1/")
        self.send_header("Content-Length", str(len(body) + (self.path == "/cut")))
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.close_connection = self.path in {"/close", "/cut"}
        self.drip(body) if self.path == "/drip" else self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the server's name for it

    def drip(self, data: bytes) -> None:
        with suppress(OSError):  # whoever asked is gone
            for byte in data:
                time.sleep(0.1)
                self.wfile.write(bytes([byte]))

    def body(self) -> bytes:
        if self.path == "/line":
            return str(self.client_address).encode()
        if self.path == "/packed":
            return gzip.compress(b"0" * 100_000)
        if self.path.startswith("/echo"):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            return f"{self.command} {self.path}\n{self.headers}".strip().encode() + b"\n" + sent
        return b"hello " + self.headers["Host"].split(":")[0].removesuffix(".localhost").encode()

    def log_message(self, *args):
        pass


def test_what_one_names_certificate_proved_serves_no_other_name_at_the_same_address(tmp_path, settings):
    authority, now = Authority(tmp_path), clock.now()
    context = authority.context("a.localhost", issued_at=now - timedelta(1), expires_at=now + timedelta(1))
    settings.CA_FILE = str(authority.file)
    http.forget()
    with answering(context) as port:
        used = {http.request("GET", f"https://a.localhost:{port}/line").body for _ in range(2)}
        assert len(used) == 1
        with pytest.raises(http.UnreachableError, match="SSLCertVerificationError"):
            http.request("GET", f"https://b.localhost:{port}/line")


@pytest.fixture
def httpserver():
    with answering() as port:
        yield port


@contextmanager
def answering(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    http.forget()  # or the server would wait for who comes again
    server.shutdown()
    server.server_close()
    thread.join()
