"""Editing a card: the payment service first, our copy follows; nickname and default are ours alone.

An edit is written down before the service is asked. When it does not answer, the edit stays and is repeated with
the same key (`sweep.py`) until it does, or until the card has changed in another way.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.card_edit import CardEdit, check, is_so_already, stored, tidied, wanted_of_service
from imin.payments.copying import follow_details, save_changed
from imin.payments.declines import sentence
from imin.payments.default import choose, fill
from imin.payments.errors import (
    CardGoneError,
    ChangedMeanwhileError,
    EditUnderWayError,
    InvalidEditError,
    PaymentServiceDownError,
    PaymentServiceRefusedError,
)
from imin.payments.follow import follow_card
from imin.payments.gateways.base import CardChanges, CardDetails, Decline, MissingError
from imin.payments.gateways.chosen import gateway
from imin.payments.history import Event, changed, note, seen
from imin.payments.keys import key_of, spend
from imin.payments.lock import lock
from imin.payments.models import Card, CardChange
from imin.payments.queries import card as active_card

__all__ = ["CardEdit", "carry_out", "edit"]

_EXPIRY_DECLINES = {Decline.WRONG_EXPIRY, Decline.EXPIRED}


def edit(  # noqa: PLR0913 whose card, which state of it, what to change, when
    *, broker_id: UUID, customer_id: UUID, card_id: UUID, version: int, changes: CardEdit, now: datetime
) -> Card:
    """Change a card and return it; the same edit a second time changes nothing.

    Raises `InvalidEditError`, `ExpiredCardError`, `CardGoneError`, `ChangedMeanwhileError`, and
    `EditUnderWayError` when the edit is kept but not answered yet; `PaymentServiceRefusedError`.
    """
    wanted = tidied(changes)
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        if is_so_already(card, wanted):
            return card
        if card.version != version:
            raise ChangedMeanwhileError(card)
        check(card, wanted, now)
        change = CardChange.objects.filter(card=card, status=CardChange.Status.PENDING).first()
        if change is None and wanted_of_service(card, wanted) == CardChanges():
            return _ours(card, seen(card), wanted.nickname, make_default=wanted.make_default, now=now)
        mine = stored(card, wanted)
        if change is None:
            change = _intended(card, mine, now)
    if change.changes != mine:  # an earlier edit is still under way; the form at hand is then older than the card
        carry_out(change=change, now=now)
        return edit(
            broker_id=broker_id,
            customer_id=customer_id,
            card_id=card_id,
            version=version,
            changes=changes,
            now=now,
        )
    return carry_out(change=change, now=now)


def carry_out(*, change: CardChange, now: datetime) -> Card:
    """Ask the payment service for a change that is written down, and store its answer.

    Raises as `edit` does; whatever it raises but `EditUnderWayError`, the change has ended.
    """
    asked = change.changes
    with acting(change.broker_id, change.customer_id):
        account = Card.objects.values_list("account", flat=True).get(id=change.card_id)
    try:
        details = gateway().change_card(
            account=account,
            reference=asked["reference"],
            changes=CardChanges(asked["exp_month"], asked["exp_year"], asked["holder_name"], asked["address"]),
            key=key_of(change),
        )
    except MissingError:
        end(change, CardChange.Status.REFUSED, now)
        follow_card(broker_id=change.broker_id, customer_id=change.customer_id, card_id=change.card_id, now=now)
        raise CardGoneError(str(change.card_id)) from None
    except PaymentServiceRefusedError as refusal:
        end(change, CardChange.Status.REFUSED, now)
        if refusal.decline in _EXPIRY_DECLINES:
            raise InvalidEditError({"exp_month": sentence(refusal.decline)}) from refusal
        raise
    except PaymentServiceDownError as failure:
        if failure.key_spent:
            spend(change)
        raise EditUnderWayError(str(failure)) from failure
    return _done(change, details, now)


def end(change: CardChange, status: CardChange.Status, now: datetime) -> None:
    """Close a change that will not be made; opens its own transaction."""
    with acting(change.broker_id, change.customer_id):
        _close(change, status, now)


def _close(change: CardChange, status: CardChange.Status, now: datetime) -> bool:
    pending = CardChange.objects.filter(id=change.id, status=CardChange.Status.PENDING)
    return bool(pending.update(status=status, finished_at=now))


def _intended(card: Card, changes: dict[str, object], now: datetime) -> CardChange:
    return CardChange.objects.create(
        broker_id=card.broker_id,
        customer_id=card.customer_id,
        card=card,
        card_version=card.version,
        changes=changes,
        created_at=now,
    )


def _done(change: CardChange, details: CardDetails, now: datetime) -> Card:
    with acting(change.broker_id, change.customer_id):
        lock(change.customer_id)
        card = Card.objects.get(id=change.card_id)
        if not _close(change, CardChange.Status.DONE, now):
            return card  # a double submit or the sweep was quicker
        before = seen(card)
        moved_on = card.version != change.card_version
        if not moved_on:
            follow_details(card, details)
        asked = change.changes
        card = _ours(card, before, asked["nickname"], make_default=asked["make_default"], now=now)
    if moved_on:  # the answer may be older than what was stored meanwhile
        return follow_card(broker_id=card.broker_id, customer_id=card.customer_id, card_id=card.id, now=now)
    return card


def _ours(card: Card, before: dict[str, Any], nickname: str, *, make_default: bool, now: datetime) -> Card:
    card.nickname = nickname
    save_changed(card, now)
    edited = changed(before, card)
    if edited["changes"]:
        note(card=card, event=Event.EDITED, details=edited, now=now)
    if make_default and card.can_be_default(now):
        choose(card, now)
    fill(card.customer_id, now)
    card.refresh_from_db()
    return card
