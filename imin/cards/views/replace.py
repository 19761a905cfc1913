"""Replacing a card by the one that the bank sent instead: the form of adding, with what the new card takes over."""

from uuid import UUID

from django.http import HttpResponse

from imin.cards.door import Visit, for_customer
from imin.cards.step_up import sure_who
from imin.cards.views.add import begin, form
from imin.payments.errors import CardGoneError


@for_customer("GET", "POST")
@sure_who
def replace(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Show the card form for the successor of a card; its script posts here to begin."""
    if visit.request.method == "POST":
        return begin(visit, replaces=card_id)
    old = visit.wallet.replaceable(card_id)
    if old is None:
        raise CardGoneError(str(card_id))
    return form(visit, old=old)
