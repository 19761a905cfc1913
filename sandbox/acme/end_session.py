"""Sign-out that a client asks for (OpenID Connect RP-Initiated Logout 1.0)."""

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from joserfc.jwk import KeySet

from sandbox.acme import logout
from sandbox.acme.registered import RegisteredClient
from sandbox.acme.site import Site


class EndSession(EndSessionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """The end-session endpoint; asking the person first is the view's part."""

    site: Site

    def get_server_jwks(self) -> KeySet:
        """Return the keys that an `id_token_hint` may be signed with."""
        return self.site.keys.published()

    def is_post_logout_redirect_uri_legitimate(
        self, _request: OAuth2Request, _uri: str, _client: RegisteredClient, _hint: str | None
    ) -> bool:
        """Go back without a hint too: the address is registered and the person has confirmed."""
        return True

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        """End the session named by the hint, and the one of this browser."""
        claims = end_session_request.id_token_claims or {}
        logout.leave(self.site, also=str(claims.get("sid", "")))
