"""The two consents about a card: their words, and the evidence of having given them (Card Details, section 4).

(a) to keep it for one's own bookings, (b) to charge it without the person, only where the Broker has said what for.
Never ticked in advance. Whoever changes a text gives it a new version; the Broker's words are told by the text's hash.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from imin.brokers.front_door import Tenant
from imin.brokers.languages import best, direction, tag
from imin.brokers.texts import Text, in_language
from imin.ground.client_address import client_address, network_of_sender
from imin.payments.consents.end import Sender
from imin.payments.consents.evidence import Purpose
from imin.payments.consents.give import Consent, ConsentText

KEEP_VERSION, CHARGE_VERSION = "keep-1", "charge-1"


@dataclass(frozen=True)
class Label:
    """A consent's words as a page shows them beside their box, with the language that they are in."""

    text: str
    language: str
    direction: str


def label(text: ConsentText) -> Label:
    """Return `text` for a page, which may speak another language."""
    return Label(text.text, tag(text.language), direction(text.language))


def keep(tenant: Tenant) -> ConsentText:
    """Return the words beside the first box, in the language in force."""
    words = _(
        "I agree that %(broker)s keeps this card, so that I can pay for my own bookings with it. "
        "I can remove it here at any time."
    ) % {"broker": tenant.name}
    return ConsentText(Purpose.KEEP, KEEP_VERSION, _language(), words, tenant.name)


def charge(tenant: Tenant) -> ConsentText | None:
    """Return the words beside the second box; None where the Broker never charges a card without its Customer.

    One sentence is in one language: where the Broker says what for in another than the one in force, all of it is.
    """
    said = in_language(tenant.look.texts, _language()).get("charge") or _any_language(tenant)
    if said is None:
        return None
    language = best([said.language], [_language(), *_ours()]) or _language()
    with translation.override(language):
        words = _(
            "I agree that %(broker)s may charge this card when I am not there to confirm it, but only for this: "
            "%(terms)s My bank makes sure now that it is me. I can withdraw this here at any time."
        ) % {"broker": tenant.name, "terms": _as_sentence(said.words)}
    return ConsentText(Purpose.CHARGE, CHARGE_VERSION, language, words, tenant.name)


def given(request: HttpRequest, *texts: ConsentText, now: datetime) -> Consent:
    """Return the evidence of consents that were just given on the page of `request`."""
    return Consent(
        texts=texts,
        given_at=now,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        network=network_of_sender(request),
    )


def sender(request: HttpRequest) -> Sender:
    """Return from where `request` came, as evidence."""
    return Sender(client_address(request), request.headers.get("User-Agent", ""))


def _language() -> str:
    return translation.get_language() or "en-gb"


def _ours() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _any_language(tenant: Tenant) -> Text | None:
    """Return the Broker's words in another language, best one of ours: what may be charged is never left out."""
    there = [Text(said["charge"], code) for code, said in tenant.look.texts.items() if said.get("charge")]
    return next((text for text in there if best([text.language], _ours())), next(iter(there), None))


def _as_sentence(terms: str) -> str:
    words = " ".join(terms.split())
    return words if words.endswith((".", "!", "?", "。", "؟")) else f"{words}."
