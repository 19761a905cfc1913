"""Removing a card: asked first, with what becomes of bookings that need it; then undone for a while."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from imin.cards import failures
from imin.cards.choices import chosen_id
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.cards.step_up import sure_who
from imin.cards.version import version_of
from imin.cards.wording import shown
from imin.ground.errors import ToldError
from imin.payments import leave as leaving
from imin.payments import remove as removing
from imin.payments.bookings.move import can_take
from imin.payments.errors import CardNeededError, CardTooShortError, ChangedMeanwhileError, ExpiredCardError
from imin.payments.models import Card

LATER = "later"
"""What the form says for a card that is to stay until its last booking is over."""


@for_customer("GET", "POST")
@sure_who
def remove(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Ask before removing, and name the next default card; then remove, now or later."""
    card = visit.wallet.card(card_id)
    if visit.request.method == "GET":
        return _question(visit, card) if card else failures.not_found(visit.request)
    later = visit.request.POST.get("bookings") == LATER
    try:
        said = _leave(visit, card_id) if later else _remove(visit, card_id)
    except ChangedMeanwhileError as newer:
        return _question(visit, newer.card, status=newer.status, changed=True)
    except (CardNeededError, CardTooShortError, ExpiredCardError) as refusal:
        if card is None:
            raise
        return _question(visit, card, status=refusal.status, refusal=refusal)
    return visit.say(said)


@for_customer("POST")
def undo(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Bring a removed card back."""
    removing.undo(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, card_id=card_id, now=visit.now)
    return visit.say(code(Notice.UNDONE, card_id))


@for_customer("POST")
def keep(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Keep a card that was to be removed after its last booking."""
    leaving.stay(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, card_id=card_id, now=visit.now)
    return visit.say(code(Notice.STAYS, card_id))


def _remove(visit: Visit, card_id: UUID) -> str:
    taker = chosen_id(visit.request, "bookings")
    removing.remove(
        broker_id=visit.tenant.broker_id,
        customer_id=visit.customer_id,
        card_id=card_id,
        version=version_of(visit.request),
        now=visit.now,
        bookings_to=taker,
        next_default=chosen_id(visit.request, "next_default"),
    )
    moved = sum(booking.card_id == card_id for booking in visit.wallet.bookings)
    return code(Notice.REMOVED, card_id, *((taker, moved) if taker and moved else ()))


def _leave(visit: Visit, card_id: UUID) -> str:
    left = leaving.leave(
        broker_id=visit.tenant.broker_id,
        customer_id=visit.customer_id,
        card_id=card_id,
        version=version_of(visit.request),
        now=visit.now,
        next_default=chosen_id(visit.request, "next_default"),
    )
    return code(Notice.LEAVING if left.leaves_at else Notice.REMOVED, card_id)


def _question(
    visit: Visit, card: Card, *, status: int = 200, changed: bool = False, refusal: ToldError | None = None
) -> HttpResponse:
    bookings = visit.wallet.needing(card)
    others = [other for other in visit.wallet.cards if other != card]
    return visit.render(
        "remove.html",
        here=visit.request.path,
        status=status,
        card=shown(card, visit.now, bookings),
        version=card.version,
        heirs=[shown(other, visit.now) for other in _heirs(card, others, visit.now)],
        takers=[shown(other, visit.now) for other in others if can_take(other, bookings, visit.now)],
        chosen={name: visit.request.POST.get(name, "") for name in ("bookings", "next_default")},
        later=LATER,
        others=len(others),
        changed=changed,
        refusal=refusal.message if refusal else "",
    )


def _heirs(card: Card, others: list[Card], now: datetime) -> list[Card]:
    """Return the cards that can be the default after `card`, first the one that is when nobody chooses."""
    following = removing.next_default([card, *others], card, now) if card.is_default else None
    if following is None:
        return []
    staying = [other for other in others if other.can_be_default(now) and other.leaves_at is None]
    return [following, *(other for other in staying if other != following)]
