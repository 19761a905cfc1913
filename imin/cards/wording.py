"""A card in words: brand, expiry, and all that a page shows of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from imin.cards.days import near
from imin.ground import in_words
from imin.payments.bookings.queries import outlasting
from imin.payments.brands import BRANDS, brand_name, spoken
from imin.payments.models import UNDO_PERIOD, Card, CardBooking

BANK_NEWS = timedelta(days=30)
"""For how long the list says that a bank changed a card; the history says it for good."""


@dataclass(frozen=True)
class Badge:
    """A few words that stand out: `kind` is plain, `warn` or `bad`."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Booked:
    """A booking that needs a card, as a page shows it."""

    id: str
    title: str
    link: str
    day: str
    card: str
    card_id: str


@dataclass(frozen=True)
class Shown:
    """A card as a page shows it; `spoken` names it in a sentence, for a person who hears the page too."""

    id: str
    mark: str
    brand: str
    last4: str
    spoken: str
    nickname: str
    expiry: str
    state: str
    is_default: bool
    was_default: bool
    can_be_default: bool
    badges: list[Badge] = field(default_factory=list)
    needed_for: list[Booked] = field(default_factory=list)
    leaves_after: str = ""
    news: str = ""


def shown(card: Card, now: datetime, bookings: Iterable[CardBooking] = ()) -> Shown:
    """Return `card` in words, as it stands at `now`, with those of the upcoming `bookings` that need it."""
    state = card.expiry(now)
    mine = [booking for booking in bookings if booking.card_id == card.id]
    return Shown(
        id=str(card.id),
        mark=card.brand if card.brand in BRANDS else "other",
        brand=brand_name(card.brand),
        last4=card.last4,
        spoken=spoken(card.brand, card.last4),
        nickname=card.nickname,
        expiry=_expiry(get_language(), card.exp_month, card.exp_year, expired=state == Card.Expiry.EXPIRED),
        state=state,
        is_default=card.is_default,
        was_default=card.was_default,
        can_be_default=card.can_be_default(now) and card.leaves_at is None,
        badges=list(_badges(card, state, mine, now)),
        needed_for=[booked(booking, now) for booking in mine],
        leaves_after=_leaves_after(card, mine, now),
        news=_news(card, now),
    )


def booked(booking: CardBooking, now: datetime) -> Booked:
    """Return a booking in words; `booking.card` must have been read."""
    card = spoken(booking.card.brand, booking.card.last4)
    day = near(booking.day, now)
    return Booked(str(booking.id), booking.title, booking.link, day, card, str(booking.card_id))


def _badges(card: Card, state: Card.Expiry, bookings: list[CardBooking], now: datetime) -> Iterator[Badge]:
    if card.is_default:
        yield Badge(_("Default"))
    if state == Card.Expiry.EXPIRED:
        yield Badge(_("Expired"), "bad")
    elif state == Card.Expiry.THIS_MONTH:
        yield Badge(_("Expires this month"), "warn")
    if late := outlasting(card, bookings):
        day = {"day": near(late.day, now)}
        if state == Card.Expiry.EXPIRED:
            yield Badge(_("Your booking on %(day)s needs another card") % day, "bad")
        else:
            yield Badge(_("Expires before your booking on %(day)s") % day, "warn")


def _leaves_after(card: Card, bookings: list[CardBooking], now: datetime) -> str:
    if card.leaves_at is None:
        return ""
    last = max((booking.day for booking in bookings), default=card.leaves_at.date())
    return near(last, now)


def _news(card: Card, now: datetime) -> str:
    if card.bank_updated_at is None or now - card.bank_updated_at > BANK_NEWS:
        return ""
    return _("Updated by your bank on %(day)s") % {"day": near(card.bank_updated_at.date(), now)}


@lru_cache
def _expiry(_language: str, month: int, year: int, *, expired: bool) -> str:
    """Return the expiry in words: “Expires June 2030”, “Expired May 2026”; asked for on every list, so remembered."""
    when = {"month": in_words.month(month), "year": year}
    return (_("Expired %(month)s %(year)s") if expired else _("Expires %(month)s %(year)s")) % when


def time_left(card: Card, now: datetime) -> str:
    """Return for how long a removed card can still be brought back, in whole hours or minutes."""
    left = (card.removed_at or now) + UNDO_PERIOD - now
    hours = (left + timedelta(minutes=1)) // timedelta(hours=1)  # just after the removal it is 24
    if hours:
        return ngettext("for %(hours)s more hour", "for %(hours)s more hours", hours) % {"hours": hours}
    minutes = max(1, left // timedelta(minutes=1))
    return ngettext("for %(minutes)s more minute", "for %(minutes)s more minutes", minutes) % {"minutes": minutes}
