"""A Broker's client as Authlib asks about it."""

import secrets

from authlib.oauth2.rfc6749 import ClientMixin

from sandbox.world import Client

SCOPES = ("openid", "profile", "email")


class RegisteredClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """One client, with what it registered."""

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
        """Take the secret from the header or from the form, or a signed assertion, at whichever endpoint."""
        return method in {"client_secret_basic", "client_secret_post", "private_key_jwt"}

    def check_response_type(self, response_type: str) -> bool:
        """Allow the code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Allow the code flow alone."""
        return grant_type == "authorization_code"
