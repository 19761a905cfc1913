"""Smart add: a card that the bank has verified is new, already saved, a renewal, or a removed one coming back.

Cards are compared by the payment service's fingerprint, inside one payment account only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from imin.brokers.models import Broker
from imin.payments.bring_back import bring_back
from imin.payments.consents.give import agreed_to_charges
from imin.payments.copying import copied, differing, follow_details, save_changed
from imin.payments.default import fill, move
from imin.payments.detach import detach_later
from imin.payments.gateways.base import CardDetails
from imin.payments.history import By, Event, changed, note, seen
from imin.payments.models import UNDO_PERIOD, Card, CardSetup
from imin.payments.notice import What, tell
from imin.payments.queries import default_of
from imin.payments.replace import replaceable, take_over


class Outcome(StrEnum):
    """How adding a card went, as the person is told."""

    NEW = "new"
    RENEWED = "renewed"
    IDENTICAL = "identical"
    RESTORED = "restored"
    REPLACED = "replaced"
    CONFIRMED = "confirmed"
    PENDING = "pending"
    ACTION_REQUIRED = "action_required"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Kept:
    """What became of a verified card; no card when there was no room for it."""

    outcome: Outcome
    card: Card | None


def keep(*, setup: CardSetup, details: CardDetails, dead_token: str, now: datetime) -> Kept:
    """Store what a finished set-up brought; inside `acting`, while holding the Customer's lock.

    `dead_token` names one that the payment service has given up although nobody told us yet: a card that still
    has it takes the new one. A card that the set-up was to replace is retired for the one that was kept, unless that
    is the same, or it is gone by now.
    """
    old = replaceable(setup.customer_id, setup.replaces_id, now) if setup.replaces_id else None
    kept = _kept(setup, details, dead_token, now, retiring=old)
    if old and kept.card and kept.card.id != old.id:
        kept = Kept(Outcome.REPLACED, take_over(old, kept.card, now))
    fill(setup.customer_id, now)  # what is finished late may have expired since
    if kept.card:
        kept.card.refresh_from_db()
    return kept


def _kept(setup: CardSetup, details: CardDetails, dead_token: str, now: datetime, *, retiring: Card | None) -> Kept:
    if saved := saved_alike(setup, details):
        # a token that its bank challenged for charges without the person is worth more than the one that we have
        better = saved.reference == dead_token or agreed_to_charges(setup)
        return _renew(saved, details, now, better=better)
    if not has_room(setup.broker_id, setup.customer_id, retiring=retiring):
        detach_later(setup, details.reference, now=now)
        return Kept(Outcome.TOO_MANY, None)
    undoable = _alike(setup, details).filter(status=Card.Status.REMOVED, removed_at__gt=now - UNDO_PERIOD)
    if removed := undoable.last():
        return _restore(removed, details, now)
    return Kept(Outcome.NEW, _create(setup, details, now))


def confirmed(*, setup: CardSetup, details: CardDetails, now: datetime) -> Kept:
    """Return the saved card that its bank was asked about once more, unless it was given up or replaced meanwhile."""
    card = Card.objects.filter(confirmations=setup, status=Card.Status.ACTIVE, reference=details.reference).first()
    if card is None:
        return Kept(Outcome.ABANDONED, None)
    note(card=card, event=Event.VERIFIED, by=By.BANK, now=now)
    return Kept(Outcome.CONFIRMED, card)


def saved_alike(setup: CardSetup, details: CardDetails) -> Card | None:
    """Return the saved card that has the same number, if there is one; inside `acting`."""
    return _alike(setup, details).filter(status=Card.Status.ACTIVE).first()


def _alike(setup: CardSetup, details: CardDetails) -> QuerySet[Card]:
    if not details.fingerprint:
        return Card.objects.none()
    return Card.objects.filter(
        customer_id=setup.customer_id, account=setup.account, fingerprint=details.fingerprint
    ).order_by("created_at")


def has_room(broker_id: UUID, customer_id: UUID, *, retiring: Card | None = None) -> bool:
    """Say whether the Customer may have one more card, once `retiring` is gone."""
    most = Broker.objects.values_list("max_cards", flat=True).get(id=broker_id)
    kept = Card.objects.filter(customer_id=customer_id, status=Card.Status.ACTIVE)
    return (kept.exclude(id=retiring.id) if retiring else kept).count() < most


def _renew(saved: Card, details: CardDetails, now: datetime, *, better: bool) -> Kept:
    if saved.leaves_at:  # whoever adds it again wants to keep it
        saved.leaves_at = saved.leaving_since = None
        save_changed(saved, now)
    same = set(differing(saved, details)).isdisjoint({"exp_month", "exp_year", "holder_name"})
    if same and not better:
        detach_later(saved, details.reference, now=now)
        note(card=saved, event=Event.VERIFIED, by=By.BANK, now=now)
        return Kept(Outcome.IDENTICAL, saved)
    before = seen(saved)
    _replace(saved, details, now)
    save_changed(saved, now)
    note(card=saved, event=Event.RENEWED, details=changed(before, saved), now=now)
    note(card=saved, event=Event.VERIFIED, by=By.BANK, now=now)
    _default_if_needed(saved, now)
    return Kept(Outcome.RENEWED, saved)


def _restore(removed: Card, details: CardDetails, now: datetime) -> Kept:
    _replace(removed, details, now)  # the bank has just seen the new token, so that is the one to keep
    note(card=removed, event=Event.BROUGHT_BACK, details={"because": "added again"}, now=now)
    note(card=removed, event=Event.VERIFIED, by=By.BANK, now=now)
    bring_back(removed, now)
    tell(removed, What.ADDED, now)
    _default_if_needed(removed, now)
    return Kept(Outcome.RESTORED, removed)


def _create(setup: CardSetup, details: CardDetails, now: datetime) -> Card:
    card = Card.objects.create(
        broker_id=setup.broker_id,
        customer_id=setup.customer_id,
        account=setup.account,
        reference=details.reference,
        created_at=now,
        changed_at=now,
        **copied(details),
    )
    note(card=card, event=Event.ADDED, details=seen(card), now=now)
    note(card=card, event=Event.VERIFIED, by=By.BANK, now=now)
    tell(card, What.ADDED, now)
    _default_if_needed(card, now)
    return card


def _replace(card: Card, details: CardDetails, now: datetime) -> None:
    detach_later(card, card.reference, now=now)
    card.reference = details.reference
    follow_details(card, details)


def _default_if_needed(card: Card, now: datetime) -> None:
    """Make the card the default one when there is none that can pay and is to stay, as for the first card."""
    current = default_of(card.customer_id)
    if card.can_be_default(now) and not (current and current.can_be_default(now) and not current.leaves_at):
        move(card, now)
