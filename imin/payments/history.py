"""Writing a Customer's history: one entry for each thing that happens to a card, in the transaction of the change.

Card Details, section 5. Never a number or a secret: whatever looks like one is masked on the way.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from imin.ground.log import scrub
from imin.payments.history_entry import By, Event, HistoryEntry
from imin.payments.models import Card

__all__ = ["By", "Event", "changed", "named", "note", "note_without_card", "seen"]


def note(
    *, card: Card, event: Event, now: datetime, by: By = By.CUSTOMER, details: Mapping[str, Any] | None = None
) -> None:
    """Add an entry about `card`; inside `acting`, best while holding the Customer's lock, which it takes itself."""
    _add(card.broker_id, card.customer_id, card.id, event, now, by, details)


def note_without_card(  # noqa: PLR0913 whose, what, when, by whom
    *,
    broker_id: UUID,
    customer_id: UUID,
    event: Event,
    now: datetime,
    by: By = By.CUSTOMER,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry about the Customer's cards as a whole, or about one that was never saved; inside `acting`."""
    _add(broker_id, customer_id, None, event, now, by, details)


def seen(card: Card) -> dict[str, Any]:
    """Return what a person knows a card by, to be compared with `changed` afterwards."""
    return {
        "brand": card.brand,
        "last4": card.last4,
        "expiry": f"{card.exp_month:02}/{card.exp_year}",
        "holder_name": card.holder_name,
        "address": dict(card.address),
        "nickname": card.nickname,
    }


def named(card: Card) -> dict[str, str]:
    """Return what an entry about something else names a card by."""
    return {"brand": card.brand, "last4": card.last4}


def changed(before: Mapping[str, Any], card: Card) -> dict[str, dict[str, list[Any]]]:
    """Return the details of a change: what differs between `before` (see `seen`) and now, each from and to."""
    after = seen(card)
    return {"changes": {name: [before[name], after[name]] for name in after if before[name] != after[name]}}


def _add(  # noqa: PLR0913, PLR0917 the columns
    broker_id: UUID,
    customer_id: UUID,
    card_id: UUID | None,
    event: Event,
    now: datetime,
    by: By,
    details: Mapping[str, Any] | None,
) -> None:
    HistoryEntry.objects.create(
        broker_id=broker_id,
        customer_id=customer_id,
        card_id=card_id,
        event=event,
        at=now,
        by_whom=by,
        details=json.dumps(_harmless(details or {}), ensure_ascii=False, sort_keys=True),
    )


def _harmless(value: Any) -> Any:
    """Return `value` with card numbers, keys and secrets masked in every text."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {str(name): _harmless(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    return value
