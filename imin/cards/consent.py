"""The two consents about a card: their words, and the evidence of having given them (Card Details, section 4).

(a) to keep it for one's own bookings, (b) to charge it without the person, only where the Broker has said what for.
Never ticked in advance. Whoever changes a text gives it a new version; the Broker's words are told by the text's hash.
"""

from datetime import datetime

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from imin.brokers.front_door import Tenant
from imin.brokers.texts import in_language
from imin.ground.client_address import client_address, network_of_sender
from imin.payments.consents.end import Sender
from imin.payments.consents.evidence import Purpose
from imin.payments.consents.give import Consent, ConsentText

KEEP_VERSION, CHARGE_VERSION = "keep-1", "charge-1"


def keep(tenant: Tenant) -> ConsentText:
    """Return the words beside the first box, in the language in force."""
    words = _(
        "I agree that %(broker)s keeps this card, so that I can pay for my own bookings with it. "
        "I can remove it here at any time."
    ) % {"broker": tenant.name}
    return ConsentText(Purpose.KEEP, KEEP_VERSION, _language(), words, tenant.name)


def charge(tenant: Tenant) -> ConsentText | None:
    """Return the words beside the second box; None where the Broker never charges a card without its Customer."""
    said = in_language(tenant.look.texts, _language()).get("charge")
    terms = said.words if said else _any_language(tenant)
    if not terms:
        return None
    words = _(
        "I agree that %(broker)s may charge this card when I am not there to confirm it, but only for this: %(terms)s "
        "My bank makes sure now that it is me. I can withdraw this here at any time."
    ) % {"broker": tenant.name, "terms": _as_sentence(terms)}
    return ConsentText(Purpose.CHARGE, CHARGE_VERSION, _language(), words, tenant.name)


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


def _any_language(tenant: Tenant) -> str:
    """Return the Broker's words in whichever language there are some: what may be charged is never left out."""
    return next((said["charge"] for said in tenant.look.texts.values() if said.get("charge")), "")


def _as_sentence(terms: str) -> str:
    words = " ".join(terms.split())
    return words if words.endswith((".", "!", "?", "。", "؟")) else f"{words}."
