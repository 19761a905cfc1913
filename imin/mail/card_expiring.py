"""The mail that says that a card expires soon (Card Details, section 3)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from imin.customers import reminders
from imin.customers.models import Customer
from imin.ground import in_words
from imin.mail.brand import Brand
from imin.mail.letter import Letter, Link
from imin.mail.unwanted import UnwantedError
from imin.payments.bookings.queries import needing, outlasting
from imin.payments.brands import spoken
from imin.payments.expiry import reminded_now
from imin.payments.history import By, Event, note
from imin.payments.models import Card, CardBooking, CardReminder

_APART, _END = "\u2068", "\u2069"  # a person's words, whichever way they run


def write(id_: UUID, customer: Customer, brand: Brand, now: datetime) -> Letter:
    """Return the mail of the reminder `id_`.

    Raises `UnwantedError` when it would no longer be true, or is no longer wanted.
    """
    reminder = CardReminder.objects.select_related("card").filter(id=id_).first()
    if reminder is None or reminder.card.status != Card.Status.ACTIVE:
        raise UnwantedError("the card is gone")
    if (reminder.exp_year, reminder.exp_month) != (reminder.card.exp_year, reminder.card.exp_month):
        raise UnwantedError("the card was renewed")
    if customer.reminders_stopped_at:
        raise UnwantedError("no reminders are wanted")
    if not reminded_now(reminder.exp_year, reminder.exp_month, now):
        raise UnwantedError("it comes too late")
    bookings = needing([reminder.card.id], now)
    if not reminder.card.is_default and not bookings:
        raise UnwantedError("nothing is paid with the card")
    return letter_about(reminder.card, customer, brand, outlasting(reminder.card, bookings))


def told(id_: UUID, now: datetime) -> None:
    """Write into the card's history that its Customer was reminded."""
    reminder = CardReminder.objects.select_related("card").get(id=id_)
    details = {"expiry": f"{reminder.exp_month:02}/{reminder.exp_year}"}
    note(card=reminder.card, event=Event.REMINDED, now=now, by=By.PLATFORM, details=details)


def letter_about(card: Card, customer: Customer, brand: Brand, late: CardBooking | None) -> Letter:
    """Return the mail; `late` is the first booking that the card expires before."""
    values = {
        "booking": late.title if late else "",
        "day": in_words.day(late.day) if late else "",
        "card": spoken(card.brand, card.last4),
        "month": f"{in_words.month(card.exp_month)} {card.exp_year}",
        "broker": brand.name,
        "person": customer.given_name,
    }
    return Letter(
        subject=(
            _("Your card expires before your booking on %(day)s: %(card)s") % values
            if late
            else _("Your card expires at the end of %(month)s: %(card)s") % values
        ),
        preheader=_("Bring it up to date now, and booking with %(broker)s goes on as before.") % values,
        heading=_("Your card expires soon"),
        paragraphs=(
            *((_("Hello %(person)s,") % values,) if customer.given_name else ()),
            _("The card that pays for your bookings with %(broker)s expires at the end of %(month)s.") % values,
            *((_("That is before your booking on %(day)s: %(booking)s.") % values,) if late else ()),
            _(
                "Has your bank sent you a new card, or a new date? Bring it up to date now, and booking goes on as "
                "before."
            ),
        ),
        facts=(
            (_("Card"), values["card"]),
            *(((_("Your name for it"), f"{_APART}{card.nickname}{_END}"),) if card.nickname else ()),
            (_("Expires"), f"{in_words.month(card.exp_month, alone=True)} {card.exp_year}"),
        ),
        button=Link(_("Bring my card up to date"), f"{brand.origin}/edit/cards/{card.id}"),
        small=(
            _("You get this mail because you saved this card for your bookings with %(broker)s.") % values,
            _("We never ask for a card number or a password by mail."),
        ),
        stop=Link(_("No more reminders"), f"{brand.origin}/mail/reminders/{reminders.token(customer.id)}"),
    )
