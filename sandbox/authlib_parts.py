"""What both OpenID Providers of the sandbox need beside Authlib: plain HTTP on loopback, and PKCE always."""

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Request


class LoopbackRequest(FlaskOAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request that may come without TLS from `*.localhost`.

    RFC 6761 (6.3) keeps all those names on the machine; Authlib knows the bare name only.
    """

    def __init__(self, request: Request) -> None:
        on_this_machine = request.host.partition(":")[0].endswith(".localhost")
        uri = f"http://localhost{request.full_path}" if on_this_machine else request.url
        OAuth2Request.__init__(self, method=request.method, uri=uri, headers=request.headers)
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class ChallengeS256(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE that no client can leave out or weaken (Authlib insists for public clients only)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        """Raise `InvalidRequestError` unless there is an S256 challenge."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with code_challenge_method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)
