"""Choosing another card for a booking: because its card is gone, or expires before it, or for no reason."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from imin.cards import failures
from imin.cards.choices import chosen_id
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.cards.wording import booked, shown
from imin.payments.bookings.move import can_take
from imin.payments.bookings.move import move as move_booking
from imin.payments.errors import BookingGoneError, CardGoneError, CardTooShortError
from imin.payments.models import CardBooking


@for_customer("GET", "POST")
def move(visit: Visit, *, booking_id: UUID) -> HttpResponse:
    """Show the cards that can pay for a booking; then move it to the chosen one."""
    booking = next((one for one in visit.wallet.bookings if one.id == booking_id), None)
    if visit.request.method == "GET":
        return _question(visit, booking) if booking else failures.not_found(visit.request)
    if booking is None:
        raise BookingGoneError(str(booking_id))
    chosen = chosen_id(visit.request, "card")
    if chosen is None:
        return _question(visit, booking, status=422, problem=_("Please choose a card."))
    try:
        move_booking(
            broker_id=visit.tenant.broker_id,
            customer_id=visit.customer_id,
            booking_id=booking_id,
            card_id=chosen,
            now=visit.now,
        )
    except (CardGoneError, CardTooShortError) as refusal:
        return _question(visit, booking, status=refusal.status, problem=str(refusal.message))
    return visit.say(code(Notice.MOVED, chosen, booking_id))


def _question(visit: Visit, booking: CardBooking, *, status: int = 200, problem: str = "") -> HttpResponse:
    others = [card for card in visit.wallet.cards if card.id != booking.card_id]
    return visit.render(
        "booking.html",
        here=visit.request.path,
        status=status,
        booking=booked(booking, visit.now),
        gone=booking in visit.wallet.bereft,
        card_id=booking.card_id,
        takers=[shown(card, visit.now) for card in others if can_take(card, [booking], visit.now)],
        problem=problem,
    )
