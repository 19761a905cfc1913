"""A client that proves itself by a token signed with its own key (`private_key_jwt`, RFC 7523)."""

from typing import Any

import httpx2
from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.acme import clock, outgoing
from sandbox.acme.registered import RegisteredClient
from sandbox.acme.site import Site

METHOD = "private_key_jwt"
ALGORITHMS = ["ES256", "PS256", "RS256"]


class SignedAssertion(JWTBearerClientAssertion):  # type: ignore[misc]  # Authlib has no types
    """What Authlib leaves to us: whom it must be for, the keys, and that it is used once."""

    CLIENT_AUTH_METHOD = METHOD

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def get_audiences(self) -> list[str]:
        """Take an assertion that is for this provider by its issuer, and by no other name."""
        return [self.site.issuer]

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        """Say whether the assertion is used for the first time."""
        return self.site.memory.first_use(jti, until=float(claims["exp"]), now=clock.now())

    def resolve_client_public_key(self, client: RegisteredClient) -> KeySet:
        """Fetch the client's keys, each time: nothing is remembered that may have been replaced."""
        try:
            return KeySet.import_key_set(outgoing.ask("GET", client.client.jwks_uri).json())
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, JoseError):
            raise InvalidClientError(description="The client's keys could not be fetched.") from None
