"""The Broker's OpenID Provider on Authlib: what is ours to decide, and nothing that Authlib does itself."""

import secrets
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, OAuth2Request, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo, UserInfoEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from flask import Flask, Request, Response
from flask import request as current_request
from joserfc.jwk import KeySet, RSAKey

from sandbox.acme import clock, logout
from sandbox.acme.keys import ALGORITHM
from sandbox.acme.memory import CODE_SECONDS, TOKEN_SECONDS, AccessToken, Code, Session
from sandbox.acme.site import Site
from sandbox.world import Client

SCOPES = ("openid", "profile", "email")


def create(site: Site, app: Flask) -> "Provider":
    """Return the OpenID Provider of `site`, serving requests of `app`."""
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_SECONDS}
    provider = Provider(site, app)
    code_flow = type("SiteCodeGrant", (CodeGrant,), {"site": site})
    provider.register_grant(code_flow, [IDToken(site), ChallengeS256(required=True)])
    provider.register_endpoint(type("SiteEndSession", (EndSession,), {"site": site}))
    provider.register_endpoint(UserInfoAnswer(resource_protector=_protector(site)))
    return provider


class Provider(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Authlib's server, with the issuer in every answer that goes through the browser."""

    def __init__(self, site: Site, app: Flask) -> None:
        super().__init__(app, query_client=self._client, save_token=self._keep_token)
        self.site = site
        self.issuer = Issuer(site)
        self.register_extension(self.issuer)

    def refuse(self, error: OAuth2Error) -> Response:
        """Return the redirect that tells the client of `error`; its `redirect_uri` must be set."""
        error.state = current_request.values.get("state")
        response: Response = self.handle_error_response(None, error)
        self.issuer.add_issuer_parameter(self, response)
        return response

    def create_oauth2_request(self, request: Request | None) -> FlaskOAuth2Request:
        """Wrap the request being served; `request` is Authlib's and always that one."""
        return LoopbackRequest(request or current_request)

    def _client(self, client_id: str) -> "RegisteredClient | None":
        client = self.site.broker.client
        return RegisteredClient(client) if client_id == client.client_id else None

    def _keep_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.site.memory.issue_token(token["access_token"], request.authorization_code, now=clock.now())


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


class Issuer(IssuerParameter):  # type: ignore[misc]  # Authlib has no types
    """The `iss` parameter of RFC 9207."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def get_issuer(self) -> str:
        """Return the Broker's issuer."""
        return self.site.issuer


class RegisteredClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A Broker's client as Authlib asks about it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.client_id
        self.client_metadata = {"post_logout_redirect_uris": list(client.post_logout_redirect_uris)}

    def get_client_id(self) -> str:
        """Return the client's public name."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """Have none: OpenID Connect Core 3.1.2.1 wants the address in every request."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """Keep the scopes that we know (Core 3.1.2.1: unknown ones are ignored)."""
        return " ".join(one for one in (scope or "").split() if one in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Compare character by character; nothing is normalised."""
        return redirect_uri in self.client.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(client_secret.encode(), self.client.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Take the secret from the header or from the form, at whichever endpoint."""
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        """Allow the code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Allow the code flow alone."""
        return grant_type == "authorization_code"


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """The code flow, with codes kept in the site's memory; the "user" is a `Session`."""

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


class ChallengeS256(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE that no client can leave out or weaken (Authlib insists for public clients only)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        """Raise `InvalidRequestError` unless there is an S256 challenge."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with code_challenge_method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


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
        return _about(user, "openid" if self.site.switches.lean_id_token else scope)

    def resolve_client_private_key(self, _client: RegisteredClient) -> RSAKey:
        """Return the key that signs now."""
        return self.site.keys.signing

    def get_client_algorithm(self, _client: RegisteredClient) -> str:
        """Sign with RS256 for everybody."""
        return ALGORITHM

    def get_encode_header(self, _client: RegisteredClient) -> dict[str, Any]:
        """Name the key, so that a rotation can be followed."""
        return {"alg": ALGORITHM, "kid": self.site.keys.signing.kid}


class BearerToken(TokenMixin):  # type: ignore[misc]  # Authlib has no types
    """An access token as Authlib asks about it."""

    def __init__(self, token: AccessToken, client: Client) -> None:
        self.token = token
        self.client = client
        self.scope = token.scope

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope

    def is_expired(self) -> bool:
        """Say no: memory gives out tokens that are still good, and no others."""
        return False

    def is_revoked(self) -> bool:
        """Say no, for the same reason."""
        return False

    def get_user(self) -> Session:
        """Return whose token it is."""
        return self.token.session

    def get_client(self) -> RegisteredClient:
        """Return the client that it was given to."""
        return RegisteredClient(self.client)


class TokenLookup(BearerTokenValidator):  # type: ignore[misc]  # Authlib has no types
    """Finds access tokens in the site's memory."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def authenticate_token(self, token_string: str) -> BearerToken | None:
        """Return the token if it is still good."""
        token = self.site.memory.token(token_string, now=clock.now())
        return BearerToken(token, self.site.broker.client) if token else None


class UserInfoAnswer(UserInfoEndpoint):  # type: ignore[misc]  # Authlib has no types
    """The userinfo endpoint."""

    def generate_user_info(self, user: Session, scope: str) -> UserInfo:
        """Return who it is, as far as `scope` allows."""
        return _about(user, scope)


class EndSession(EndSessionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Sign-out that a client asked for."""

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


def _protector(site: Site) -> ResourceProtector:
    protector = ResourceProtector()
    protector.register_token_validator(TokenLookup(site))
    return protector


def _about(session: Session, scope: str) -> UserInfo:
    person = session.person
    return UserInfo(
        sub=person.sub,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        email_verified=True,
    ).filter(scope)
