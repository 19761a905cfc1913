"""The list of saved cards, and `/`, which leads to it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from imin.brokers.acting import acting
from imin.cards import notices
from imin.cards.door import Visit, for_customer
from imin.cards.wording import booked, shown, time_left
from imin.identity.sessions import take_notice


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the list."""
    del request
    return HttpResponseRedirect("/edit")


@for_customer("GET")
def listing(visit: Visit) -> HttpResponse:
    """Show every saved card, and those whose removal can still be undone."""
    wallet = visit.wallet
    cards = [shown(card, visit.now, wallet.bookings) for card in wallet.cards]
    removed = [(shown(card, visit.now), time_left(card, visit.now)) for card in wallet.removed]
    titles = {str(booking.id): booking.title for booking in wallet.bookings}
    return visit.render(
        "list.html",
        cards=cards,
        removed=removed,
        bereft=[booked(booking, visit.now) for booking in wallet.bereft],
        said=notices.read(_notice(visit), [*cards, *(card for card, _left in removed)], titles),
        full=len(cards) >= visit.tenant.max_cards,
        mail=visit.wallet.mail,
    )


def _notice(visit: Visit) -> str:
    if not visit.session.notice:
        return ""
    with acting(visit.tenant.broker_id):
        return take_notice(visit.session)
