"""The evidence of a consent, in words."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imin.brokers.languages import direction, tag
from imin.cards.history_words import day, moment
from imin.payments.consents.evidence import ConsentEvidence, Ended, Purpose

_PURPOSES: dict[str, Promise] = {
    Purpose.KEEP: gettext_lazy("Keeping this card for your own bookings"),
    Purpose.CHARGE: gettext_lazy("Charging this card without you being present"),
}
_ENDED: dict[str, Promise] = {
    Ended.WITHDRAWN: gettext_lazy("You withdrew it on %(day)s."),
    Ended.CARD_GONE: gettext_lazy("It ended with the card on %(day)s."),
    Ended.ERASED: gettext_lazy("It ended when your data was erased on %(day)s."),
}


@dataclass(frozen=True)
class Told:
    """A consent as a page shows it."""

    purpose: str
    text: str
    language: str
    direction: str
    payee: str
    given_day: str
    given_at: str
    ended: str
    kept_until: str
    facts: list[tuple[str, str]]


def told(given: ConsentEvidence) -> Told:
    """Return `given` in words, in the language in force; the text itself in the language in which it was read."""
    facts = [
        (_("Given"), moment(given.given_at)),
        (_("Version of the text"), given.version),
        (_("Language"), _name(given.language)),
        (_("Check sum of the text (SHA-256)"), given.text_hash),
        (_("Who is paid"), given.payee),
        (_("IP address"), given.ip),
        (_("Browser"), given.user_agent),
    ]
    return Told(
        purpose=str(_PURPOSES[given.purpose]),
        text=given.text,
        language=tag(given.language),
        direction=direction(given.language),
        payee=given.payee,
        given_day=day(given.given_at.date()),
        given_at=moment(given.given_at),
        ended=str(_ENDED[given.ended_because]) % {"day": day(given.ended_at.date())} if given.ended_at else "",
        kept_until=day(given.kept_until.date()) if given.kept_until else "",
        facts=[(name, value) for name, value in facts if value],
    )


def _name(language: str) -> str:
    """Return the language by its own name, and its tag: the evidence says both."""
    name = dict(settings.LANGUAGES).get(language)
    return f"{name} ({tag(language)})" if name else language
