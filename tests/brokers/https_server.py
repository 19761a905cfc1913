"""The platform over TLS on loopback, with an authority and certificates of the test's own."""

import ssl
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.wsgi import get_wsgi_application
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

PEM = serialization.Encoding.PEM


class Authority:
    """Issues certificates; `file` holds its own, to be trusted."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Authority")])
        self.file = folder / "authority.pem"

    def context(self, *names: str, issued_at: datetime, expires_at: datetime) -> ssl.SSLContext:
        """Return a server's context with a new certificate for `names`."""
        self.file.write_bytes(self._own(issued_at).public_bytes(PEM))
        key = ec.generate_private_key(ec.SECP256R1())
        built = self._builder(key.public_key(), x509.Name([]), issued_at, expires_at).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=True
        )
        file = self._folder / "server.pem"
        secret = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(secret + built.sign(self._key, hashes.SHA256()).public_bytes(PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _own(self, issued_at: datetime) -> x509.Certificate:
        valid = self._builder(self._key.public_key(), self._name, issued_at, issued_at + timedelta(days=9000))
        authority = valid.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return authority.sign(self._key, hashes.SHA256())

    def _builder(self, key, subject, issued_at, expires_at) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().issuer_name(self._name).subject_name(subject).public_key(key)
        numbered = builder.serial_number(x509.random_serial_number())
        return numbered.not_valid_before(issued_at).not_valid_after(expires_at)


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        """Say nothing."""


class HttpsServer:
    """Our platform, or with `other` somebody else's server, on a free port."""

    def __init__(self, context: ssl.SSLContext | None, *, other: bool = False) -> None:
        app = Response("Welcome to another server") if other else get_wsgi_application()
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=context)
        self.port: int = self._server.port
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
