"""Codes and tokens: only their digests are stored, and a code that comes a second time ends what it had given."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import TokenMixin

from sandbox.leisure.authority import people
from sandbox.leisure.authority.clients import Client
from sandbox.leisure.authority.people import Person
from sandbox.leisure.store import Store

CODE = timedelta(seconds=60)
_FIND = """
    SELECT token.client, token.person, token.scope, client.seller
    FROM token JOIN client ON client.id = token.client WHERE NOT revoked AND """
ACCESS = timedelta(minutes=15)  # Open Booking API 1.0, "Authentication"


@dataclass(frozen=True)
class Code:
    """An authorization code with all that it was asked for (read by Authlib)."""

    digest: bytes
    person: str
    asked: dict[str, str]
    signed_in: datetime

    @property
    def code_challenge(self) -> str:
        """The PKCE challenge."""
        return self.asked["code_challenge"]

    @property
    def code_challenge_method(self) -> str:
        """How the verifier becomes the challenge."""
        return self.asked["code_challenge_method"]

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.asked["redirect_uri"]

    def get_scope(self) -> str:
        """Return the granted scopes, separated by spaces."""
        return self.asked["scope"]

    def get_nonce(self) -> str:
        """Return the client's nonce, to be echoed in the ID Token."""
        return self.asked.get("nonce", "")

    def get_auth_time(self) -> int:
        """Return when the person typed their password, in whole seconds."""
        return int(self.signed_in.timestamp())

    def get_acr(self) -> None:
        """Say nothing of how strong the sign-in was."""

    def get_amr(self) -> None:
        """Say nothing of how the person signed in."""


class Token(TokenMixin):  # type: ignore[misc]  # Authlib has no types
    """A token that is still good, as Authlib and the Open Booking API ask about it."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.client: str = row["client"]
        self.person: str | None = row["person"]
        self.scope: str = row["scope"]
        self.seller: int | None = row["seller"]

    def check_client(self, client: Client) -> bool:
        """Say whether it was given to that client."""
        return self.client == client.client_id

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope

    def allows(self, scope: str) -> bool:
        """Say whether that scope was granted."""
        return scope in self.scope.split()


def keep_code(  # noqa: PLR0913 the columns
    store: Store, code: str, *, client: str, person: str, asked: dict[str, str], now: datetime
) -> None:
    """Store a fresh code."""
    store.rows(
        "INSERT INTO authorization_code (digest, client, person, asked, signed_in, expires)"
        " VALUES (%(digest)s, %(client)s, %(person)s, %(asked)s, %(now)s, %(expires)s) RETURNING 1",
        {"digest": digest(code), "client": client, "person": person, "asked": json.dumps(asked)}
        | {"now": now, "expires": now + CODE},
    )


def redeem(store: Store, code: str, *, client: str, now: datetime) -> Code | None:
    """Return a code the first time its client asks in time; a second time revokes what it gave (RFC 6749, 4.1.2)."""
    values = {"digest": digest(code), "client": client, "now": now}
    with store.work() as work:
        row = work.execute(
            "UPDATE authorization_code SET used = true WHERE digest = %(digest)s AND client = %(client)s"
            " AND expires > %(now)s AND NOT used RETURNING digest, person, asked, signed_in",
            values,
        ).fetchone()
        if row is None:
            work.execute("UPDATE token SET revoked = true WHERE code_digest = %(digest)s", values)
    return Code(**row) if row else None


def keep(  # noqa: PLR0913 the columns
    store: Store,
    token: dict[str, Any],
    *,
    client: str,
    person: Person | None,
    code: Code | None,
    now: datetime,
) -> None:
    """Store the access token, and the refresh token beside it, that were just given."""
    refresh = token.get("refresh_token")
    store.rows(
        "INSERT INTO token (digest, refresh_digest, code_digest, client, person, scope, issued, expires)"
        " VALUES (%(digest)s, %(refresh)s, %(code)s, %(client)s, %(person)s, %(scope)s, %(now)s, %(expires)s)"
        " RETURNING 1",
        {"digest": digest(token["access_token"]), "refresh": digest(refresh) if refresh else None, "client": client}
        | {"code": code.digest if code else None, "person": person.sub if person else None}
        | {"scope": token["scope"], "now": now, "expires": now + ACCESS},
    )


def by_access(store: Store, value: str, *, now: datetime) -> Token | None:
    """Return what an access token allows while it is good."""
    return _find(store, "digest = %(digest)s AND expires > %(now)s", {"digest": digest(value), "now": now})


def by_refresh(store: Store, value: str) -> Token | None:
    """Return what a refresh token allows; it is good until its code is misused."""
    return _find(store, "refresh_digest = %(digest)s", {"digest": digest(value)})


def person_of(store: Store, token: Token) -> Person | None:
    """Return whose consent a token stands for."""
    return people.known(store, token.person) if token.person else None


def digest(value: str) -> bytes:
    """Return under what a code or token is stored."""
    return hashlib.sha256(value.encode()).digest()


def _find(store: Store, where: str, values: dict[str, Any]) -> Token | None:
    rows = store.rows(_FIND + where, values)
    return Token(rows[0]) if rows else None
