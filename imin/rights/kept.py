"""The honest list: what is kept after everything was deleted, why, and for how long."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imin.payments.guard.count import KEPT


@dataclass(frozen=True)
class Kept:
    """One thing that stays."""

    what: str
    why: str
    how_long: str


def kept() -> list[Kept]:
    """Return what stays, in the language in force."""
    years = round(settings.EVIDENCE_KEPT_DAYS / 365.25)
    return [
        Kept(
            _("What you agreed to: the text, the time, the IP address and the browser"),
            _("To be able to show that a charge was agreed to. Your name is not with it."),
            ngettext("%(years)s year", "%(years)s years", years) % {"years": years},
        ),
        Kept(
            _("That something happened to a card, and when, as numbers without names or digits"),
            _("So that it can be proved that nothing was changed in the history of other people either."),
            _("For as long as this service exists"),
        ),
        Kept(
            _("That a bank refused a card, and when, without names or digits"),
            _("So that somebody who tries stolen cards is noticed."),
            ngettext("%(days)s day", "%(days)s days", KEPT.days) % {"days": KEPT.days},
        ),
        Kept(
            _("What operators of this service did"),
            _("So that nobody can hide what they did. Operators cannot change your data, so it does not name you."),
            _("For as long as this service exists"),
        ),
        Kept(
            _("Copies for emergencies (backups)"),
            _("They cannot be changed one by one. They are only used to bring the whole service back."),
            _("Until the next ones replace them"),
        ),
    ]
