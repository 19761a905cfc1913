"""What the list says once after a change: kept in the session as a code and ids, told in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from imin.cards.wording import Shown


class Notice(StrEnum):
    """What happened to a card."""

    NEW = "new"
    RENEWED = "renewed"
    IDENTICAL = "identical"
    RESTORED = "restored"
    REPLACED = "replaced"
    TOO_MANY = "too_many"
    EDITED = "edited"
    DEFAULT = "default"
    REMOVED = "removed"
    UNDONE = "undone"
    REMINDED = "reminded"
    NOT_REMINDED = "not_reminded"
    LEAVING = "leaving"
    STAYS = "stays"
    MOVED = "moved"
    CHARGE_GIVEN = "charge_given"
    CHARGE_WITHDRAWN = "charge_withdrawn"


_WORDS: dict[Notice, Promise] = {
    Notice.NEW: gettext_lazy("Your card is saved: %(card)s."),
    Notice.RENEWED: gettext_lazy("You had this card already. It is brought up to date: %(card)s."),
    Notice.IDENTICAL: gettext_lazy("You had saved this card already: %(card)s. Nothing was added."),
    Notice.RESTORED: gettext_lazy("You had removed this card; it is back: %(card)s."),
    Notice.REPLACED: gettext_lazy(
        "Your new card is saved: %(card)s. It takes the place of the old one, which can be brought back for 24 hours."
    ),
    Notice.TOO_MANY: gettext_lazy("The card was not saved: you have as many cards as there can be. Remove one first."),
    Notice.EDITED: gettext_lazy("Your changes are saved: %(card)s."),
    Notice.DEFAULT: gettext_lazy("This is now your default card: %(card)s."),
    Notice.REMOVED: gettext_lazy("Your card is removed: %(card)s."),
    Notice.UNDONE: gettext_lazy("Your card is back: %(card)s."),
    Notice.REMINDED: gettext_lazy("You get a mail before a card expires that your bookings need."),
    Notice.NOT_REMINDED: gettext_lazy("You get no more mails when a card is about to expire."),
    Notice.LEAVING: gettext_lazy("Your card stays for your bookings, and is removed after the last of them: %(card)s."),
    Notice.STAYS: gettext_lazy("Your card stays: %(card)s."),
    Notice.MOVED: gettext_lazy("%(card)s now pays for %(title)s."),
    Notice.CHARGE_GIVEN: gettext_lazy("You agreed that this card may be charged without you being present: %(card)s."),
    Notice.CHARGE_WITHDRAWN: gettext_lazy("This card can no longer be charged without you being present: %(card)s."),
}


@dataclass(frozen=True)
class Said:
    """A notice as the list shows it; `undo` is the card that can be brought back with one press."""

    words: str
    bad: bool
    undo: str | None


def code(notice: Notice, *about: UUID | int) -> str:
    """Return what the session keeps of a notice: the card first, then what else it is about."""
    return " ".join([notice, *map(str, about)])


def read(kept: str, cards: Sequence[Shown], titles: Mapping[str, str]) -> Said | None:
    """Return the notice that the session kept, about one of `cards`; None when there is nothing to say.

    `titles` are those of the upcoming bookings, by id.

    A card that is gone again since (another tab) is spoken of without its number.
    """
    name, *about = kept.split() or [""]
    if name not in set(Notice):
        return None
    notice = Notice(name)
    card = _named(about, cards)
    title = titles.get(about[-1], "") if notice is Notice.MOVED else ""
    if notice is Notice.MOVED and not (card and title):
        return None
    words = str(_WORDS[notice]) % {"card": card.spoken if card else _("one of your cards"), "title": title}
    if card and notice is Notice.REMOVED:
        said = [words, _taker(about[1:], cards), _successor(card, cards)]
        return Said(" ".join(filter(None, said)), bad=False, undo=card.id)
    if card and notice is Notice.UNDONE and card.is_default and len(cards) > 1:
        words = f"{words} {_('It is your default card again.')}"
    return Said(words, bad=notice is Notice.TOO_MANY, undo=None)


def _named(about: Sequence[str], cards: Sequence[Shown]) -> Shown | None:
    return next((card for card in cards if card.id in about[:1]), None)


def _taker(about: Sequence[str], cards: Sequence[Shown]) -> str:
    """Name the card that took over the bookings of a removed one; `about` is that card and how many there were."""
    card = _named(about, cards)
    if card is None:
        return ""
    count = int(about[1])
    words = ngettext("%(card)s now pays for its booking.", "%(card)s now pays for its %(count)s bookings.", count)
    return words % {"card": card.spoken, "count": count}


def _successor(removed: Shown, cards: Sequence[Shown]) -> str:
    """Name the card that took over from a removed default."""
    default = next((card for card in cards if card.is_default), None)
    if removed.was_default and default:
        return _("Your default card is now %(card)s.") % {"card": default.spoken}
    return ""
