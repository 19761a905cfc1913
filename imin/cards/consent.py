"""The consent to keep a card for one's own bookings: its words, and the evidence of having given it.

Card Details, section 4 (a): never ticked in advance; the text's version, language and hash are kept with time, IP
address and user agent. Whoever changes the text gives it a new version.
"""

from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from imin.brokers.front_door import Tenant
from imin.ground.client_address import client_address, network_of_sender
from imin.payments.add import Consent

VERSION = "keep-1"


def text(tenant: Tenant) -> str:
    """Return the words beside the check box, in the language in force."""
    return _(
        "I agree that %(broker)s keeps this card, so that I can pay for my own bookings with it. "
        "I can remove it here at any time."
    ) % {"broker": tenant.name}


def given(request: HttpRequest, *, now: datetime) -> Consent:
    """Return the evidence of a consent that was just given on the page of `request`."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return Consent(
        version=VERSION,
        text_hash=sha256(text(tenant).encode()).hexdigest(),
        language=translation.get_language() or "en-gb",
        given_at=now,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        network=network_of_sender(request),
    )
