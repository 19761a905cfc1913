"""What can go wrong with cards. Retry-later and tell-the-person never share a class."""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from imin.ground.errors import RetryLaterError, ToldError
from imin.payments.gateways.base import Decline

if TYPE_CHECKING:
    from imin.payments.models import Card, CardBooking


class PaymentServiceDownError(RetryLaterError):
    """The payment service did not answer, or not usefully; it may or may not have done what was asked.

    `key_spent`: it answered, and would answer the same to the same idempotency key for a day.
    """

    type = "PaymentServiceUnavailableError"
    message = _("We cannot reach the payment service just now. Nothing was changed. Please try again in a minute.")

    def __init__(self, reason: str = "", *, key_spent: bool = False) -> None:
        super().__init__(reason)
        self.key_spent = key_spent


class EditUnderWayError(PaymentServiceDownError):
    """The payment service did not answer an edit; the edit is kept and repeated until it does."""

    type = "CardEditUnderWayError"
    message = _(
        "The payment service is taking too long. Your changes are kept and will be saved as soon as it answers; "
        "please look again in a few minutes."
    )


class PaymentServiceRefusedError(ToldError):
    """The payment service said no to what was asked; `decline` says why when it was the bank."""

    status = 422
    type = "PaymentServiceRefusedError"
    message = _("The payment service did not accept this. Nothing was changed.")

    def __init__(self, reason: str = "", *, decline: Decline | None = None, code: str = "") -> None:
        super().__init__(reason)
        self.decline = decline
        self.code = code


class TooManyCardsError(ToldError):
    """The Customer has as many cards as the Broker allows."""

    status = 409
    type = "TooManyCardsError"
    message = _("You have as many saved cards as there can be. Remove one first. Nothing was changed.")


class AttemptUsedError(ToldError):
    """The form was sent before and what it began has ended; `setup_id` leads to its outcome."""

    status = 409
    type = "CardFormUsedError"
    message = _("This form was used already. Load the page again to add another card.")

    def __init__(self, setup_id: UUID) -> None:
        super().__init__(str(setup_id))
        self.setup_id = setup_id


class UnknownSetupError(ToldError):
    """There is no such set-up for this Customer."""

    status = 404
    type = "UnknownCardSetupError"
    message = _("We know nothing of this card. Nothing was saved.")


class CardGoneError(ToldError):
    """The card was removed, or the bank withdrew it."""

    status = 404
    type = "CardGoneError"
    message = _("This card is not saved any more.")


class ChangedMeanwhileError(ToldError):
    """Somebody else changed the card since the form was loaded; `card` is the newer state."""

    status = 409
    type = "CardChangedMeanwhileError"
    message = _("This card was changed in the meantime, so your changes were not saved. Here is how it is now.")

    def __init__(self, card: "Card") -> None:
        super().__init__(str(card.id))
        self.card = card


class InvalidEditError(ToldError):
    """Some values cannot be saved; `fields` has a sentence for each of them."""

    status = 422
    type = "InvalidCardEditError"
    message = _("Please look at the marked fields. Nothing was saved.")

    def __init__(self, fields: "dict[str, str | Promise]") -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class ExpiredCardError(ToldError):
    """An expired card cannot pay for anything."""

    status = 409
    type = "ExpiredCardError"
    message = _("This card has expired, so it cannot be your default card. Nothing was changed.")


class CardNeededError(ToldError):
    """Upcoming bookings need the card, and nothing was said of who pays for them; `card` is as it is."""

    status = 409
    type = "CardNeededError"
    message = _("Bookings need this card, so it was not removed. Please choose what happens to them.")

    def __init__(self, card: "Card") -> None:
        super().__init__(str(card.id))
        self.card = card


class BookingGoneError(ToldError):
    """The booking was cancelled, charged, or is over: it needs no card any more."""

    status = 404
    type = "BookingGoneError"
    message = _("This booking does not need a card any more. Nothing was changed.")


class CardTooShortError(ToldError):
    """A booking cannot be moved to a card that expires before it; `booking` is the first such."""

    status = 409
    type = "CardTooShortError"
    message = _("This card expires before the booking. Please choose another one. Nothing was changed.")

    def __init__(self, booking: "CardBooking") -> None:
        super().__init__(str(booking.id))
        self.booking = booking


class UndoTooLateError(ToldError):
    """The card was removed too long ago."""

    status = 410
    type = "UndoTooLateError"
    message = _("This card was removed for good and cannot be brought back. You can add it again.")


class AddingSlowedError(RetryLaterError):
    """Cards were declined one after the other: the guard makes the person wait before the next try."""

    status = 429
    type = "AddingSlowedError"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.retry_after_seconds = _seconds(wait)
        self.message = _("Please wait %(time)s before you try another card. Nothing was saved.") % {
            "time": _duration(self.retry_after_seconds)
        }


class AddingStoppedError(ToldError):
    """Too many cards were declined: the guard lets no card be added for now."""

    status = 429
    type = "AddingStoppedError"

    def __init__(self, wait: timedelta, broker_name: str) -> None:
        super().__init__(f"stopped for {wait}")
        self.retry_after_seconds = _seconds(wait)
        self.message = _(
            "Too many cards were declined, so for now no card can be added here. Nothing was saved, and your saved "
            "cards work as before. Please try again in %(time)s, or ask %(broker)s."
        ) % {"time": _duration(self.retry_after_seconds), "broker": broker_name}


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))


def _duration(seconds: int) -> str:
    """Return a time to wait in words, rounded up."""
    minutes, hours = ceil(seconds / 60), ceil(seconds / 3600)
    if seconds <= 90:
        return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
    if minutes <= 90:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
