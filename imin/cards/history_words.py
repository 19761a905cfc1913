"""The history in the Customer's words: what happened, who did it, and what was changed from what to what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imin.cards.countries import address_in_words
from imin.ground import in_words
from imin.payments.brands import spoken
from imin.payments.declines import sentence
from imin.payments.history_entry import By, Event, HistoryEntry

_EVENTS: dict[str, Promise] = {
    Event.ADDED: gettext_lazy("Card added"),
    Event.VERIFIED: gettext_lazy("Card checked by your bank"),
    Event.RENEWED: gettext_lazy("Card brought up to date by adding it again"),
    Event.UPDATED_BY_BANK: gettext_lazy("Card updated by your bank"),
    Event.USED: gettext_lazy("Card used for a booking"),
    Event.DECLINED: gettext_lazy("Card declined"),
    Event.MADE_DEFAULT: gettext_lazy("Made the default card"),
    Event.EDITED: gettext_lazy("Card edited"),
    Event.REMOVED: gettext_lazy("Card removed"),
    Event.BROUGHT_BACK: gettext_lazy("Card brought back"),
    Event.DETACHED: gettext_lazy("Card given up at the payment service, for good"),
    Event.REPLACED: gettext_lazy("Card replaced"),
    Event.CONSENT_GIVEN: gettext_lazy("Consent given"),
    Event.CONSENT_WITHDRAWN: gettext_lazy("Consent withdrawn"),
    Event.REMINDED: gettext_lazy("Reminder sent that the card expires"),
    Event.BOOKING_MOVED: gettext_lazy("Booking moved"),
    Event.BOOKED: gettext_lazy("A booking needs this card"),
    Event.RELEASED: gettext_lazy("A booking needs this card no more"),
    Event.UPDATED: gettext_lazy("Card changed at the payment service"),
    Event.LEAVING: gettext_lazy("To be removed after its last booking"),
    Event.ERASED: gettext_lazy("All personal data erased"),
    Event.STAYS: gettext_lazy("Not to be removed after all"),
}
_FIELDS: dict[str, Promise] = {
    "brand": gettext_lazy("Kind of card"),
    "last4": gettext_lazy("Last four digits"),
    "expiry": gettext_lazy("Expiry date"),
    "holder_name": gettext_lazy("Name on the card"),
    "address": gettext_lazy("Billing address"),
    "nickname": gettext_lazy("Nickname"),
}
_REASONS: dict[str, Promise] = {
    "added again": gettext_lazy("You added the same card again."),
    "asked for earlier": gettext_lazy("You had asked for that: its last booking is over."),
    "replaced": gettext_lazy("Your new card took its place."),
    "expired": gettext_lazy("Your default card had expired."),
}
_CONSENTS: dict[str, Promise] = {
    "keep": gettext_lazy("To keep this card for your own bookings"),
    "charge": gettext_lazy("To charge this card without you being present"),
}


@dataclass(frozen=True)
class Told:
    """An entry as a page shows it; `card` is empty for one that is about no saved card."""

    number: int
    at: str
    machine_at: str
    what: str
    who: str
    card: str
    lines: list[str]


def told(entry: HistoryEntry, *, broker_name: str) -> Told:
    """Return `entry` in words, in the language in force."""
    return Told(
        number=entry.number,
        at=moment(entry.at),
        machine_at=entry.at.astimezone(UTC).isoformat(),
        what=str(_EVENTS.get(entry.event, entry.event)),
        who=_who(entry.by_whom, broker_name),
        card=spoken(entry.card.brand, entry.card.last4) if entry.card else "",
        lines=[line for name, value in entry.said.items() for line in _lines(name, value)],
    )


def moment(at: datetime) -> str:
    """Return a time in words: “3 Jun 2026, 14:05 UTC”."""
    ours = _locale()
    pattern = str(ours.datetime_formats["medium"]).replace("{1}", "d MMM y").replace("{0}", "HH:mm")  # Arabic has “،”
    return _("%(time)s UTC") % {"time": format_datetime(at.astimezone(UTC), pattern, locale=ours)}


def day(value: date) -> str:
    """Return a day in words: “3 June 2026”."""
    return format_date(value, "d MMMM y", locale=_locale())


def _who(by: str, broker_name: str) -> str:
    known: dict[str, str] = {
        By.CUSTOMER: _("by you"),
        By.BROKER: _("by %(broker)s") % {"broker": broker_name},
        By.OPERATOR: _("by our staff"),
        By.BANK: _("by your bank"),
        By.SERVICE: _("by the payment service"),
        By.PLATFORM: _("automatically"),
    }
    return known.get(by, by)


def _lines(name: str, value: Any) -> list[str]:
    say = _SAID.get(name)
    return say(value) if say else []


def _changes(changes: Mapping[str, Any]) -> list[str]:
    return [_change(str(_FIELDS[name]), *(_shown(name, one) for one in pair)) for name, pair in changes.items()]


def _change(field: str, old: str, new: str) -> str:
    if not old:
        return _("%(field)s: “%(new)s” was added") % {"field": field, "new": new}
    if not new:
        return _("%(field)s: “%(old)s” was taken out") % {"field": field, "old": old}
    return _("%(field)s: from “%(old)s” to “%(new)s”") % {"field": field, "old": old, "new": new}


def _shown(name: str, value: Any) -> str:
    if name == "address":
        return address_in_words(value)
    if name == "expiry":
        month, _slash, year = str(value).partition("/")
        return f"{in_words.month(int(month), alone=True)} {year}"
    return str(value)


def _booking(title: str) -> list[str]:
    return [_("Booking: %(title)s") % {"title": title}]


def _day(value: str) -> list[str]:
    return [_("Day: %(day)s") % {"day": day(date.fromisoformat(value))}]


def _after(value: str) -> list[str]:
    return [_("After: %(day)s") % {"day": day(date.fromisoformat(value))}]


def _from_card(card: Mapping[str, str]) -> list[str]:
    return [_("From: %(card)s") % {"card": spoken(card["brand"], card["last4"])}]


def _to_card(card: Mapping[str, str]) -> list[str]:
    return [_("To: %(card)s") % {"card": spoken(card["brand"], card["last4"])}]


def _reason(code: str) -> list[str]:
    return [str(sentence(code))]


def _because(why: str) -> list[str]:
    return [str(_REASONS[why])] if why in _REASONS else []


def _consent(kind: str) -> list[str]:
    return [str(_CONSENTS[kind])]


_SAID: dict[str, Callable[[Any], list[str]]] = {
    "changes": _changes,
    "booking": _booking,
    "day": _day,
    "after": _after,
    "from": _from_card,
    "to": _to_card,
    "reason": _reason,
    "because": _because,
    "consent": _consent,
}


def _locale() -> Locale:
    return Locale.parse(translation.to_locale(translation.get_language() or "en-gb"))
