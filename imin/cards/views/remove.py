"""Removing a card: asked first, then undone for a while."""

from uuid import UUID

from django.http import HttpResponse

from imin.cards import failures
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.cards.step_up import sure_who
from imin.cards.version import version_of
from imin.cards.wording import shown
from imin.payments import remove as removing
from imin.payments.errors import ChangedMeanwhileError
from imin.payments.models import Card


@for_customer("GET", "POST")
@sure_who
def remove(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Ask before removing, and name the next default card; then remove."""
    if visit.request.method == "GET":
        card = visit.wallet.card(card_id)
        return _question(visit, card, changed=False) if card else failures.not_found(visit.request)
    try:
        removing.remove(
            broker_id=visit.tenant.broker_id,
            customer_id=visit.customer_id,
            card_id=card_id,
            version=version_of(visit.request),
            now=visit.now,
        )
    except ChangedMeanwhileError as newer:
        return _question(visit, newer.card, changed=True)
    return visit.say(code(Notice.REMOVED, card_id))


@for_customer("POST")
def undo(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Bring a removed card back."""
    removing.undo(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, card_id=card_id, now=visit.now)
    return visit.say(code(Notice.UNDONE, card_id))


def _question(visit: Visit, card: Card, *, changed: bool) -> HttpResponse:
    others = [other for other in visit.wallet.cards if other != card]
    following = removing.next_default([card, *others], card, visit.now) if card.is_default else None
    return visit.render(
        "remove.html",
        status=409 if changed else 200,
        card=shown(card, visit.now),
        version=card.version,
        following=shown(following, visit.now) if following else None,
        others=len(others),
        changed=changed,
    )
