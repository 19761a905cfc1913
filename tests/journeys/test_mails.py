"""Each mail in a browser: axe finds nothing, nothing sticks out at 320 px, in every language, light and dark."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import translation

from imin.brokers.front_door import Look
from imin.demo.logo import logo
from imin.demo.world import ACME, HARBOUR
from imin.mail import brand as brands
from imin.mail.compose import LOGO, html
from imin.mail.sample import samples
from tests import axe

pytestmark = [pytest.mark.browser]

NOW = datetime(2027, 6, 15, 9, tzinfo=UTC)
IN_A_MAIL_PROGRAM = {"rules": {name: {"enabled": False} for name in ("region", "landmark-one-main")}}  # which has them
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def brand(which: dict, dark: str, *, with_logo: bool, **values: str) -> brands.Brand:
    picture = brands.logo_of(logo(which["slug"], which["primary_colour"])) if with_logo else None
    colours = {"primary": which["primary_colour"], "primary_dark": dark}
    given = {"font": "system", "corners": "round", "languages": tuple(LANGUAGES), "default_language": "en-gb", **values}
    return brands.Brand(
        name=which["name"],
        origin="http://cards.acmebroker.localhost:8000",
        dashboard_url="",
        reply_to="",
        look=Look(logo_version="", **colours, **given),
        logo=picture,
    )


BRANDS = [
    brand(ACME, "#5fd0b8", with_logo=True),
    brand(HARBOUR, "#ffab8a", with_logo=False, font="serif", corners="square"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_can_be_read_by_everybody(chromium, language):
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    for look in BRANDS:
        with translation.override(language):
            for letter in samples(look, NOW):
                shown = html(letter, look, language)
                if look.logo:
                    shown = shown.replace(f"cid:{LOGO}", f"data:image/png;base64,{b64encode(look.logo.png).decode()}")
                page.emulate_media(color_scheme="light")
                page.set_content(shown)
                assert axe.violations(page, **IN_A_MAIL_PROGRAM) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= 320
                page.emulate_media(color_scheme="dark")
                assert axe.violations(page, **axe.COLOURS) == []
    page.close()
