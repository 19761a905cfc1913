"""Who is calling: a booking partner, and the seller for whom it may book.

Request headers, as the official suite sends them: `X-OpenActive-Test-Client-Id` names the booking partner,
`X-OpenActive-Test-Seller-Id` the seller by its `@id`.
"""

from dataclasses import dataclass

from flask import request

from sandbox.leisure import sellers
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.sellers import Seller
from sandbox.leisure.state import State
from sandbox.leisure.wire import OWN

CLIENT_HEADER = "X-OpenActive-Test-Client-Id"
SELLER_HEADER = "X-OpenActive-Test-Seller-Id"


@dataclass(frozen=True)
class Caller:
    """A booking partner that acts for one seller."""

    partner: str
    seller: Seller


def caller(state: State) -> Caller:
    """Return who may book: 403 without credentials, 401 when they are not valid for any seller."""
    named = request.headers.get(SELLER_HEADER, "").replace(f"{state.origin}/", OWN)
    seller = sellers.by_id(named)
    found = partner(state)
    if not seller:
        raise OpenBookingError("InvalidAuthorizationDetailsError", f"{SELLER_HEADER} names no seller of this system.")
    return Caller(found, seller)


def partner(state: State) -> str:
    """Return who may read the Orders feeds: 403 without credentials."""
    _ = state
    named = request.headers.get(CLIENT_HEADER, "")
    if not named:
        raise OpenBookingError("NoAPITokenError", f"Send {CLIENT_HEADER}.")
    return named
