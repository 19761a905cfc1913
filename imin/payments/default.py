"""The default card: the one that bookings are paid with unless the Customer says otherwise.

An explicit choice also ends what undo would restore: a removed card does not take the default back from a card
that was chosen since.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from imin.brokers.acting import acting
from imin.payments.copying import save_changed
from imin.payments.errors import CardGoneError, ExpiredCardError
from imin.payments.history import By, Event, note
from imin.payments.lock import lock
from imin.payments.models import Card
from imin.payments.queries import card as active_card
from imin.payments.queries import default_of


def make_default(*, broker_id: UUID, customer_id: UUID, card_id: UUID, now: datetime) -> Card:
    """Make a saved card the default one and return it; a second time changes nothing.

    Raises `CardGoneError` and `ExpiredCardError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        choose(card, now)
        return card


def choose(card: Card, now: datetime) -> None:
    """Make `card` the default one because the Customer said so; while holding the lock.

    Raises `ExpiredCardError`.
    """
    if not card.can_be_default(now):
        raise ExpiredCardError(str(card.id))
    Card.objects.filter(customer_id=card.customer_id, was_default=True).update(was_default=False)
    if card.leaves_at:  # whoever makes it the default wants to keep it
        card.leaves_at = card.leaving_since = None
        save_changed(card, now)
    move(card, now, by=By.CUSTOMER)


def reclaim(card: Card, since: datetime, now: datetime) -> None:
    """Give a card that was the default at `since` the default back, unless the Customer chose one after; save it.

    Cards that left later had the default only because this one left, so they lose their claim to it. While holding
    the lock.
    """
    claims, card.was_default = card.was_default, False
    save_changed(card, now)
    if claims and card.can_be_default(now):
        later = Q(removed_at__gte=since) | Q(leaving_since__gte=since)
        Card.objects.filter(later, customer_id=card.customer_id, was_default=True).update(was_default=False)
        move(card, now)
    fill(card.customer_id, now)
    card.refresh_from_db()


def move(card: Card, now: datetime, *, by: By = By.PLATFORM) -> None:
    """Make `card` the default one instead of whichever is; while holding the lock."""
    if card.is_default:
        return
    old = default_of(card.customer_id)
    if old:
        old.is_default = False
        save_changed(old, now)
    card.is_default = True
    save_changed(card, now)
    expired = old and by is By.PLATFORM and not old.can_be_default(now)
    note(card=card, event=Event.MADE_DEFAULT, by=by, now=now, details={"because": "expired"} if expired else None)


def fill(customer_id: UUID, now: datetime) -> Card | None:
    """Return the default card; promote the newest usable one where none is left, or that has expired.

    While holding the lock. One that has expired stays where nothing is usable.
    """
    current = default_of(customer_id)
    if current and current.can_be_default(now):
        return current
    following = successor(newest_first(customer_id), now)
    if following:
        move(following, now)
    return following or current


def successor(cards: list[Card], now: datetime) -> Card | None:
    """Return which of `cards` becomes the default when nobody chooses: the newest usable one that is to stay."""
    usable = [card for card in cards if card.can_be_default(now)]
    return max(usable, key=lambda card: (card.leaves_at is None, card.created_at), default=None)


def newest_first(customer_id: UUID) -> list[Card]:
    """Return the saved cards, the newest first."""
    return list(Card.objects.filter(customer_id=customer_id, status=Card.Status.ACTIVE).order_by("-created_at", "id"))
