"""The three ways to a token: somebody's consent (code, then refresh), and the client's own credentials."""

from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant

from sandbox.leisure.authority import people, tokens
from sandbox.leisure.authority.clients import METHODS, Client
from sandbox.leisure.authority.people import Person
from sandbox.leisure.authority.tokens import Code, Token
from sandbox.leisure.state import State

_ASKED = ("nonce", "code_challenge", "code_challenge_method")


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """The code flow; the "user" is a `Person`."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    state: State

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep what was asked together with who answered."""
        data = request.payload.data
        asked = {name: data[name] for name in _ASKED if data.get(name)}
        asked |= {"redirect_uri": request.payload.redirect_uri, "scope": request.scope}
        now = self.state.clock.now()
        client, person = request.client.client_id, request.user.sub
        tokens.keep_code(self.state.store, code, client=client, person=person, asked=asked, now=now)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Redeem the code: whatever is wrong with the rest of the request, it is spent."""
        return tokens.redeem(self.state.store, code, client=client.client_id, now=self.state.clock.now())

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Keep the spent code, so that a second use is noticed."""

    def authenticate_user(self, authorization_code: Code) -> Person | None:
        """Return whose code it was."""
        return people.known(self.state.store, authorization_code.person)

    def generate_token(self, **values: Any) -> dict[str, Any]:
        """Give a refresh token to whom `offline_access` was granted, and to nobody else."""
        wanted = "offline_access" in (values.get("scope") or "").split()
        token: dict[str, Any] = super().generate_token(**{**values, "include_refresh_token": wanted})
        return token


class Refresh(RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    """A new access token with a new refresh token; the old one stays good, as several processes may hold it."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True
    state: State

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return what the refresh token allows."""
        return tokens.by_refresh(self.state.store, refresh_token)

    def authenticate_user(self, refresh_token: Token) -> Person | None:
        """Return who consented."""
        return tokens.person_of(self.state.store, refresh_token)

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Leave it."""


class OwnCredentials(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    """A client's own credentials: for its Orders feeds; for bookings only where it is known for whom."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_token_request(self) -> None:
        """Raise `InvalidScopeError` for bookings that no seller consented to."""
        super().validate_token_request()
        wanted = (self.request.payload.scope or "").split()
        if "openactive-openbooking" in wanted and self.request.client.seller is None:
            raise InvalidScopeError("Bookings need a seller's consent: use the authorization code flow.")
