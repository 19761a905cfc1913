"""Every page in every language, light and dark: axe finds nothing, nothing sticks out, nothing is left in English."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.conf import settings as ours
from playwright.sync_api import Page, expect

from imin import catalogues
from imin.brokers.languages import tag
from imin.brokers.models import Branding
from imin.ground.database import as_owner
from tests import axe
from tests.languages.extract import said
from tests.languages.window import at, window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = [code for code, _name in ours.LANGUAGES]
WITH_TARGETS = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2, 2.5.8: 24 by 24 pixels
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((one) =>
    !one.closest('.unseen, .skip, [hidden], svg') && getComputedStyle(one).overflowX !== 'visible'
    && one.scrollWidth > one.clientWidth + 1 && !/INPUT|SELECT/.test(one.tagName)).map((one) => one.outerHTML)"""
LARGE = ".button, input[type=text], select, summary, .languages a"
SMALL = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.height < 44 || box.width < 44);
}).map((one) => one.outerHTML)"""


def look(page: Page) -> None:
    """Assert that everybody can use the page, in light and dark, and with the colours of their own machine."""
    page.emulate_media(color_scheme="light", forced_colors="none")
    assert axe.violations(page, **WITH_TARGETS) == [], page.url
    page.emulate_media(color_scheme="dark")
    assert axe.violations(page, **axe.COLOURS) == [], page.url
    page.emulate_media(forced_colors="active")
    fit(page)


def fit(page: Page) -> None:
    """Assert that nothing sticks out or is cut off, and that what is pressed is large enough for a thumb."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(SMALL, LARGE) == []


def english(page: Page) -> list[str]:
    """Return whole sentences of the page that still are as they stand in the code."""
    text = re.sub(r"\s+", " ", page.locator("body").inner_text())
    return [
        message.id for message in said() if isinstance(message.id, str) and " " in message.id and message.id in text
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_used_by_everybody(chromium, furnished, paths, language):
    with window(chromium, furnished, language=language) as page:
        for path in paths:
            page.goto(at(furnished, path))
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert page.locator("html").get_attribute("lang") == tag(language)
            look(page)
            assert language == "en-gb" or not english(page)
        page.goto(at(furnished, paths[2]))
        page.locator("#exp_month").fill("13")
        page.locator("main form button").click()
        expect(page.locator("[aria-invalid=true]")).to_be_focused()
        look(page)


def test_text_that_grows_by_two_fifths_still_fits(chromium, furnished, paths, settings, tmp_path):
    """A language that is written longer than all of ours: at 320 px, and with letters twice as large at 640 px."""
    settings.LOCALE_PATHS = [_longer(tmp_path)]
    settings.LANGUAGES = [*ours.LANGUAGES, ("eo", "Longer")]
    with as_owner():
        Branding.objects.update(languages=["eo"], default_language="eo")
    with window(chromium, furnished, language="eo") as page:
        for path in paths:
            page.set_viewport_size({"width": 320, "height": 800})
            page.goto(at(furnished, path))
            assert "⟦" in page.get_by_role("heading", level=1).inner_text()
            fit(page)
            page.set_viewport_size({"width": 640, "height": 800})
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            fit(page)


def _longer(folder):
    catalogue = Catalog(locale="eo", charset="utf-8", fuzzy=False)
    for message in said():
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            grown = tuple(f"⟦{form}{('ŵŵŵŵŵŵŵŵŵ ' * len(form))[: len(form) * 2 // 5].rstrip()}⟧" for form in forms)
            catalogue.add(message.id, grown if len(grown) > 1 else grown[0], context=message.context)
    file = folder / "source" / "eo" / catalogues.FILE
    file.parent.mkdir(parents=True)
    with file.open("wb") as target:
        write_po(target, catalogue)
    return catalogues.compiled(folder / "compiled", folder / "source")
