"""Booking partners as OAuth clients: those that every sandbox has, and those that registered themselves."""

import json
import secrets
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin

from sandbox.leisure.store import Store

SCOPES = (
    *("openid", "profile", "email", "offline_access"),
    *("openactive-openbooking", "openactive-ordersfeed", "openactive-identity"),
)
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
METHODS = ["client_secret_basic", "client_secret_post"]
SUITE_CALLBACK = "http://localhost:3000/cb"
# Known from the start, as if registered by hand; their secrets are no secrets. The last books for seller 1 by its own
# credentials alone, as partners of a system with one seller do.
FIXED: dict[str, int | None] = {"primary": None, "secondary": None, "persisted": None, "single-seller": 1}
INITIAL_TOKENS = ("initial-primary", "initial-secondary", "initial-dynamic-primary", "initial-dynamic-secondary")


def secret_of(name: str) -> str:
    """Return the secret of a client that every sandbox has."""
    return f"{name}-secret"


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """One client as Authlib asks about it; `seller` is for whom its own credentials book."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.client_id: str = row["id"]
        self.secret: str = row["secret"]
        self.seller: int | None = row["seller"]
        self.client_metadata: dict[str, Any] = row["metadata"]

    @property
    def name(self) -> str:
        """Return what a person knows it by."""
        return str(self.client_metadata.get("client_name", self.client_id))

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
        return redirect_uri in self.client_metadata.get("redirect_uris", [])

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Take the secret from the header or from the form."""
        return method in METHODS

    def check_response_type(self, response_type: str) -> bool:
        """Allow the code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Allow what the client registered."""
        return grant_type in self.client_metadata.get("grant_types", ["authorization_code"])


def find(store: Store, client_id: str) -> Client | None:
    """Return the client of that name."""
    rows = store.rows("SELECT id, secret, seller, metadata FROM client WHERE id = %(id)s", {"id": client_id})
    return Client(rows[0]) if rows else None


def keep(store: Store, *, client_id: str, secret: str, initial_token: str, metadata: dict[str, Any]) -> Client:
    """Store a client that registered itself."""
    return _keep(store, client_id, secret, initial_token or None, None, metadata)


def make_fixed(store: Store) -> None:
    """Store the clients that every sandbox has, unless they are there."""
    for name, seller in FIXED.items():
        metadata = {"client_name": f"Booking partner {name}", "redirect_uris": [SUITE_CALLBACK], "grant_types": GRANTS}
        _keep(store, name, secret_of(name), None, seller, metadata)


def _keep(  # noqa: PLR0913, PLR0917 the columns
    store: Store, client_id: str, secret: str, initial: str | None, seller: int | None, metadata: dict[str, Any]
) -> Client:
    row = {"id": client_id, "secret": secret, "seller": seller, "metadata": metadata}
    store.rows(
        "INSERT INTO client (id, secret, initial_token, seller, metadata)"
        " VALUES (%(id)s, %(secret)s, %(initial)s, %(seller)s, %(metadata)s) ON CONFLICT DO NOTHING RETURNING id",
        {**row, "initial": initial, "metadata": json.dumps(metadata)},
    )
    return Client(row)
