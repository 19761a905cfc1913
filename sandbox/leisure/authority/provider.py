"""The OpenID Provider on Authlib: clients, tokens, ID Tokens, and clients that register themselves."""

import secrets
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oidc.core import OpenIDCode, OpenIDToken, UserInfo
from flask import Flask, Request
from flask import request as current_request
from joserfc.jwk import RSAKey

from sandbox.authlib_parts import ChallengeS256, LoopbackRequest
from sandbox.leisure.authority import clients, tokens
from sandbox.leisure.authority.clients import INITIAL_TOKENS, Client
from sandbox.leisure.authority.grants import CodeGrant, OwnCredentials, Refresh
from sandbox.leisure.authority.keys import ALGORITHM
from sandbox.leisure.authority.people import Person
from sandbox.leisure.sellers import BOOKING_SERVICE
from sandbox.leisure.state import State
from sandbox.leisure.wire import OWN

SELLER_CLAIMS = ("sellerId", "sellerName", "sellerUrl", "sellerLogo", "bookingServiceName", "bookingServiceUrl")
_OA = "https://openactive.io/"


def create(state: State, app: Flask, key: RSAKey) -> "Provider":
    """Return the OpenID Provider, serving requests of `app`."""
    seconds = int(tokens.ACCESS.total_seconds())
    grants = ("authorization_code", "refresh_token", "client_credentials")
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = dict.fromkeys(grants, seconds)
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    provider = Provider(state, app)
    says = {"state": state, "key": key}
    provider.register_grant(
        type("LeisureCode", (CodeGrant,), {"state": state}),
        [type("CodeIDToken", (IDToken, OpenIDCode), says)(), ChallengeS256(required=True)],
    )
    provider.register_grant(
        type("LeisureRefresh", (Refresh,), {"state": state}),
        [type("RefreshIDToken", (IDToken, OpenIDToken), says)()],
    )
    provider.register_grant(OwnCredentials)
    provider.register_endpoint(type("LeisureRegistration", (Registration,), {"state": state}))
    return provider


class Provider(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Authlib's server on the booking system's store."""

    def __init__(self, state: State, app: Flask) -> None:
        super().__init__(app, query_client=self._client, save_token=self._keep)
        self.state = state

    def create_oauth2_request(self, request: Request | None) -> FlaskOAuth2Request:
        """Wrap the request being served; `request` is Authlib's and always that one."""
        return LoopbackRequest(request or current_request)

    def _client(self, client_id: str) -> Client | None:
        return clients.find(self.state.store, client_id)

    def _keep(self, token: dict[str, Any], request: OAuth2Request) -> None:
        tokens.keep(
            self.state.store,
            token,
            client=request.client.client_id,
            person=request.user,
            code=request.authorization_code,
            now=self.state.clock.now(),
        )


class IDToken:
    """What an ID Token says, after a code and after a refresh."""

    state: State
    key: RSAKey

    def exists_nonce(self, _nonce: str, _request: OAuth2Request) -> bool:
        """Leave nonces to the client: Core 3.1.2.1 has us pass them on and no more."""
        return False

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        """Return the claims that do not depend on the person."""
        return {"iss": issuer(self.state), "aud": client.client_id}

    def generate_user_info(self, user: Person, scope: str) -> UserInfo:
        """Return who consented, as far as `scope` allows."""
        return about(self.state, user, scope)

    def resolve_client_private_key(self, _client: Client) -> RSAKey:
        """Return the key that signs."""
        return self.key

    def get_client_algorithm(self, _client: ClientMixin) -> str:
        """Sign with RS256 for everybody."""
        return ALGORITHM

    def get_encode_header(self, _client: Client) -> dict[str, Any]:
        """Name the key."""
        return {"alg": ALGORITHM, "kid": self.key.kid}


class Registration(ClientRegistrationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Clients that register themselves with an initial access token (RFC 7591)."""

    state: State

    def authenticate_token(self, request: OAuth2Request) -> str | None:
        """Return the initial access token when it is one of ours."""
        kind, _, sent = request.headers.get("Authorization", "").partition(" ")
        return sent if kind.lower() == "bearer" and sent in INITIAL_TOKENS else None

    def get_server_metadata(self) -> dict[str, Any]:
        """Return nothing: scopes and the like that we do not know are ignored, not refused."""
        return {}

    def generate_client_id(self, _request: OAuth2Request) -> str:
        """Return a new name."""
        return secrets.token_urlsafe(16)

    def save_client(
        self, client_info: dict[str, Any], client_metadata: dict[str, Any], request: OAuth2Request
    ) -> Client:
        """Store the client."""
        return clients.keep(
            self.state.store,
            client_id=client_info["client_id"],
            secret=client_info["client_secret"],
            initial_token=request.credential,
            metadata=client_metadata,
        )


def issuer(state: State) -> str:
    """Return the issuer: the `authenticationAuthority` of the dataset site."""
    return f"{state.origin}/authority"


def about(state: State, person: Person, scope: str) -> UserInfo:
    """Return the claims that `scope` allows; `openactive-identity` tells of the seller (Open Booking API 1.0)."""
    granted = scope.split()
    says: dict[str, Any] = {"sub": person.sub}
    if "openactive-identity" in granted or "openactive-openbooking" in granted:
        seller = person.seller.in_feed()
        service = BOOKING_SERVICE
        values = (seller["@id"], seller["name"], seller["url"], seller["logo"]["url"], service["name"], service["url"])
        pairs = zip(SELLER_CLAIMS, values, strict=True)
        says |= {f"{_OA}{name}": str(value).replace(OWN, f"{state.origin}/") for name, value in pairs}
    if "profile" in granted:
        says["name"] = person.name
    if "email" in granted and person.email:
        says |= {"email": person.email, "email_verified": True}
    return UserInfo(**says)
