"""The authorization code flow: what a code is, what PKCE must be, and what an ID Token says."""

from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import RSAKey

from sandbox.acme import clock
from sandbox.acme.client_keys import METHOD
from sandbox.acme.keys import ALGORITHM
from sandbox.acme.memory import CODE_SECONDS, Code, Session
from sandbox.acme.registered import RegisteredClient
from sandbox.acme.site import Site
from sandbox.acme.userinfo import about


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """The code flow, with codes kept in the site's memory; the "user" is a `Session`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", METHOD]
    site: Site

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep what was asked together with who answered."""
        data = request.payload.data
        self.site.memory.issue_code(
            code,
            Code(
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=data.get("nonce"),
                code_challenge=data["code_challenge"],
                code_challenge_method=data["code_challenge_method"],
                session=request.user,
                expires_at=clock.now() + CODE_SECONDS,
            ),
        )

    def query_authorization_code(self, code: str, client: RegisteredClient) -> Code | None:
        """Redeem the code: whatever is wrong with the rest of the request, it is spent."""
        return self.site.memory.redeem(code, client.client_id, now=clock.now())

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Keep the spent code, so that a second use is noticed."""

    def authenticate_user(self, authorization_code: Code) -> Session | None:
        """Return whose code it was, unless they have signed out since."""
        session = authorization_code.session
        return None if session.ended else session


class IDToken(OpenIDCode):  # type: ignore[misc]  # Authlib has no types
    """What an ID Token says, and which key signs it."""

    def __init__(self, site: Site) -> None:
        super().__init__(require_nonce=False)
        self.site = site

    def exists_nonce(self, _nonce: str, _request: OAuth2Request) -> bool:
        """Leave nonces to the client: Core 3.1.2.1 has us pass them on and no more."""
        return False

    def get_client_claims(self, client: RegisteredClient) -> dict[str, Any]:
        """Return the claims that do not depend on the person."""
        return {"iss": self.site.issuer, "aud": client.client_id}

    def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
        """Return the claims of this sign-in, with the session's `sid`."""
        claims: dict[str, Any] = super().get_authorization_code_claims(authorization_code)
        return {**claims, "sid": authorization_code.session.sid}

    def generate_user_info(self, user: Session, scope: str) -> UserInfo:
        """Return who it is, as far as `scope` allows."""
        return about(user, "openid" if self.site.switches.lean_id_token else scope)

    def resolve_client_private_key(self, _client: RegisteredClient) -> RSAKey:
        """Return the key that signs now."""
        return self.site.keys.signing

    def get_client_algorithm(self, _client: RegisteredClient) -> str:
        """Sign with RS256 for everybody."""
        return ALGORITHM

    def get_encode_header(self, _client: RegisteredClient) -> dict[str, Any]:
        """Name the key, so that a rotation can be followed."""
        return {"alg": ALGORITHM, "kid": self.site.keys.signing.kid}
