"""A look at the certificate that another side shows, also when it is a bad one."""

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings

from imin.ground import http


@dataclass(frozen=True)
class Certificate:
    """What a server showed: `fault` says why it is not to be trusted, and is empty when it is."""

    names: tuple[str, ...]
    issuer: str
    issued_at: datetime
    expires_at: datetime
    fault: str

    def runs_out(self, now: datetime) -> bool:
        """Say whether it should have been renewed: less than a sixth of its life is left."""
        return self.expires_at - now < (self.expires_at - self.issued_at) / 6


def certificate_of(host: str, port: int) -> Certificate:
    """Return the certificate that answers for `host`; raises what `http.request` raises."""
    try:
        shown, fault = _handshake(host, port, http.trust()), ""
    except ssl.SSLCertVerificationError as failure:
        shown, fault = _handshake(host, port, _without_trust()), failure.verify_message
    return _read(shown, fault)


def _handshake(host: str, port: int, context: ssl.SSLContext) -> bytes:
    address = http.address_of(host, port)
    try:
        with (
            socket.create_connection((address, port), timeout=settings.HTTP_TIMEOUT_SECONDS) as line,
            context.wrap_socket(line, server_hostname=host) as secured,
        ):
            return secured.getpeercert(binary_form=True) or b""
    except ssl.SSLCertVerificationError:
        raise
    except OSError as failure:
        raise http.UnreachableError(f"TLS with {host} at {address}:{port}: {failure.strerror or failure}") from failure


def _without_trust() -> ssl.SSLContext:
    """Return a context that takes any certificate: to read it, never to send anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _read(shown: bytes, fault: str) -> Certificate:
    parsed = x509.load_der_x509_certificate(shown)
    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    organisation = parsed.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return Certificate(
        names=tuple(names.get_values_for_type(x509.DNSName)),
        issuer=str(organisation[0].value) if organisation else parsed.issuer.rfc4514_string(),
        issued_at=parsed.not_valid_before_utc,
        expires_at=parsed.not_valid_after_utc,
        fault=fault,
    )
