"""Who is calling: a booking partner, and the seller for whom it may book.

Either an access token of the `authority` (Open Booking API 1.0, "Authentication"), or request headers, as the official
suite sends them to systems in development: `X-OpenActive-Test-Client-Id` names the booking partner,
`X-OpenActive-Test-Seller-Id` the seller by its `@id`. A token decides where both are sent.
"""

from dataclasses import dataclass

from flask import request

from sandbox.leisure import sellers
from sandbox.leisure.authority import tokens
from sandbox.leisure.authority.tokens import Token
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.sellers import Seller
from sandbox.leisure.state import State
from sandbox.leisure.wire import OWN

CLIENT_HEADER = "X-OpenActive-Test-Client-Id"
SELLER_HEADER = "X-OpenActive-Test-Seller-Id"
BOOKING_SCOPE = "openactive-openbooking"
FEED_SCOPE = "openactive-ordersfeed"


@dataclass(frozen=True)
class Caller:
    """A booking partner that acts for one seller."""

    partner: str
    seller: Seller


def caller(state: State) -> Caller:
    """Return who may book: 403 without credentials, 401 when they are not valid for any seller."""
    if token := _token(state):
        _demand(token, BOOKING_SCOPE)
        person = tokens.person_of(state.store, token)
        seller = person.seller if person else sellers.SELLERS.get(token.seller or 0)
        if not seller:
            raise OpenBookingError("InvalidAuthorizationDetailsError", "This token is not for any seller.")
        return Caller(token.client, seller)
    found = partner(state)
    named = request.headers.get(SELLER_HEADER, "").replace(f"{state.origin}/", OWN)
    seller = sellers.by_id(named)
    if not seller:
        raise OpenBookingError("InvalidAuthorizationDetailsError", f"{SELLER_HEADER} names no seller of this system.")
    return Caller(found, seller)


def partner(state: State) -> str:
    """Return who may read the Orders feeds: 403 without credentials, 401 when they are not good (any more)."""
    if token := _token(state):
        _demand(token, FEED_SCOPE)
        return token.client
    named = request.headers.get(CLIENT_HEADER, "")
    if not named:
        raise OpenBookingError("NoAPITokenError", f"Send an access token, or {CLIENT_HEADER}.")
    return named


def _token(state: State) -> Token | None:
    """Return what the access token of this request allows, None when none was sent."""
    sent = request.headers.get("Authorization")
    if sent is None:
        return None
    kind, _, value = sent.partition(" ")
    token = tokens.by_access(state.store, value.strip(), now=state.clock.now()) if kind.lower() == "bearer" else None
    if token is None:
        raise OpenBookingError("InvalidAPITokenError")
    return token


def _demand(token: Token, scope: str) -> None:
    if not token.allows(scope):
        raise OpenBookingError("UnauthenticatedError", f"This token was not granted the scope {scope}.")
