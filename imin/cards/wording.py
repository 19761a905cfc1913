"""A card in words: brand, expiry, and all that a page shows of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from imin.ground import in_words
from imin.payments.brands import BRANDS, brand_name, spoken
from imin.payments.models import UNDO_PERIOD, Card


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


def shown(card: Card, now: datetime) -> Shown:
    """Return `card` in words, as it stands at `now`."""
    state = card.expiry(now)
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
        can_be_default=card.can_be_default(now),
    )


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
