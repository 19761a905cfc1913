"""The nginx recipe: certificates by name, Host as it came, and only nginx's own word about who asks."""

import datetime as dt
import http.server
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.debian import missing, program
from tests.journeys.stack import ROOT, free_ports

HOST = "cards.acmebroker.localhost"
MAIN = """
daemon off;
pid {here}/pid;
error_log {here}/error.log;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {here}/body;
    proxy_temp_path {here}/proxy;
    fastcgi_temp_path {here}/fastcgi;
    uwsgi_temp_path {here}/uwsgi;
    scgi_temp_path {here}/scgi;
    include {here}/imin.conf;
}}
"""
pytestmark = pytest.mark.skipif(bool(missing("nginx")), reason=missing("nginx"))


class Echo(http.server.BaseHTTPRequestHandler):
    """A web process that answers with the headers that reached it."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def nginx(tmp_path_factory) -> Iterator[tuple[int, int, Path]]:
    """Return its ports for HTTP and TLS, and the certificate of `HOST`."""
    here = tmp_path_factory.mktemp("nginx")
    here.chmod(0o755)
    port = free_ports(3)
    certificate = _certificate(here / "live" / HOST)
    recipe = (ROOT / "deploy" / "nginx" / "imin.conf").read_text()
    for said, meant in (
        ("listen 80 ", f"listen {port} "),
        ("listen 443 ", f"listen {port + 1} "),
        ("127.0.0.1:8000", f"127.0.0.1:{port + 2}"),
        ("/etc/letsencrypt/live", str(here / "live")),
    ):
        assert said in recipe
        recipe = recipe.replace(said, meant)
    (here / "imin.conf").write_text(recipe)
    (here / "nginx.conf").write_text(f"user root;\n{MAIN.format(here=here)}")
    with http.server.ThreadingHTTPServer(("127.0.0.1", port + 2), Echo) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        process = subprocess.Popen([str(program("nginx")), "-p", here, "-c", here / "nginx.conf"])
        try:
            _wait(port, here, process)
            yield port, port + 1, certificate
        finally:
            process.terminate()
            process.wait(timeout=20)
            web.shutdown()


def ask(nginx: tuple[int, int, Path], host: str, **headers: str) -> httpx2.Response:
    _, port, certificate = nginx
    transport = httpx2.HTTPTransport(verify=ssl.create_default_context(cafile=str(certificate)))
    with httpx2.Client(transport=transport) as client:
        return client.get(
            f"https://127.0.0.1:{port}/edit",
            headers={"Host": host, **headers},
            extensions={"sni_hostname": host},
        )


def test_a_request_is_passed_on_with_its_host_and_who_asked(nginx):
    answer = ask(nginx, HOST, **{"X-Forwarded-For": "203.0.113.99"})
    assert answer.json()["host"] == HOST
    assert answer.json()["x-forwarded-for"] == "127.0.0.1"


def test_a_name_without_a_certificate_is_refused(nginx):
    with pytest.raises(httpx2.ConnectError, match=r"SSL|TLS"):
        ask(nginx, "evil.example")


def test_plain_http_is_sent_to_tls(nginx):
    answer = httpx2.get(f"http://127.0.0.1:{nginx[0]}/edit?a=b", headers={"Host": HOST})
    assert (answer.status_code, answer.headers["location"]) == (308, f"https://{HOST}/edit?a=b")


def _wait(port: int, here: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            httpx2.get(f"http://127.0.0.1:{port}/", headers={"Host": HOST})
        except httpx2.TransportError:
            assert process.poll() is None, (here / "error.log").read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError((here / "error.log").read_text())


def _certificate(folder: Path) -> Path:
    """Write a certificate of `HOST` that vouches for itself, and its key, as certbot lays them down."""
    folder.mkdir(parents=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain = folder / "fullchain.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain
