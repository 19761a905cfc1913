"""The mail with which an operator looks at a Broker's looks, before they are saved."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from imin.brokers.preview import Draft
from imin.mail.brand import Brand, logo_of
from imin.mail.compose import html
from imin.mail.sample import samples


def mail(draft: Draft, now: datetime) -> str:
    """Return the HTML of a reminder, in the language in force."""
    looks = draft.looks
    brand = Brand(
        name=draft.tenant.name,
        origin=draft.tenant.origin,
        dashboard_url=draft.tenant.dashboard_url,
        reply_to="",
        look=draft.tenant.look,
        logo=logo_of(bytes(looks.logo)) if looks.logo else None,
    )
    letter = next(samples(brand, now))
    return html(letter, brand, translation.get_language() or settings.LANGUAGE_CODE)
