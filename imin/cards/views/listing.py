"""The list of saved cards, and `/`, which leads to it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from imin.cards import notices
from imin.cards.door import Visit, for_customer
from imin.cards.wording import shown, time_left
from imin.identity.sessions import take_notice
from imin.payments.models import Card
from imin.payments.queries import cards_of, recently_removed


@dataclass(frozen=True)
class _Found:
    cards: list[Card]
    removed: list[Card]
    notice: str


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the list."""
    del request
    return HttpResponseRedirect("/edit")


def _read(visit: Visit) -> _Found:
    return _Found(
        cards_of(visit.customer_id), recently_removed(visit.customer_id, visit.now), take_notice(visit.session)
    )


@for_customer("GET", reads=_read)
def listing(visit: Visit) -> HttpResponse:
    """Show every saved card, and those whose removal can still be undone."""
    found: _Found = visit.found
    cards = [shown(card, visit.now) for card in found.cards]
    removed = [(shown(card, visit.now), time_left(card, visit.now)) for card in found.removed]
    return visit.render(
        "list.html",
        cards=cards,
        removed=removed,
        said=notices.read(found.notice, [*cards, *(card for card, _left in removed)]),
        full=len(cards) >= visit.tenant.max_cards,
    )
