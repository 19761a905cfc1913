"""Our copy of a card follows the payment service's: what is taken over, and how it is cut to size."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from imin.ground import card_numbers
from imin.payments.gateways.base import CardDetails
from imin.payments.models import Card

_PLAIN = ("fingerprint", "last4", "exp_month", "exp_year")
_CUT = {"brand": 30, "funding": 20, "country": 2, "holder_name": 200}  # as long as our columns are
_LONGEST_ADDRESS_LINE = 200


def copied(details: CardDetails) -> dict[str, Any]:
    """Return the values of our columns for `details`; a card number typed into a name is masked on the way."""
    given = asdict(details)
    values = {name: given[name] for name in _PLAIN}
    values |= {name: card_numbers.mask(given[name])[:length] for name, length in _CUT.items()}
    address = {name: card_numbers.mask(text)[:_LONGEST_ADDRESS_LINE] for name, text in details.address.items()}
    return {**values, "address": address}


def differing(card: Card, details: CardDetails) -> list[str]:
    """Return the names of the columns in which our copy differs."""
    return [name for name, value in copied(details).items() if getattr(card, name) != value]


def follow_details(card: Card, details: CardDetails) -> bool:
    """Take `details` over into `card`, unsaved; say whether anything changed."""
    changed = differing(card, details)
    for name, value in copied(details).items():
        setattr(card, name, value)
    return bool(changed)


def save_changed(card: Card, now: datetime) -> None:
    """Save a card that changed: forms that were loaded before are out of date from now on."""
    card.version += 1
    card.changed_at = now
    card.save()
