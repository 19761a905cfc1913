"""On paper: what is read, black on white, without what can only be pressed."""

import pytest

from tests.languages.window import at, window

pytestmark = pytest.mark.browser

SEEN = """() => [...document.querySelectorAll('button, .button, nav, .home, .languages')]
    .filter((one) => one.getClientRects().length).map((one) => one.outerHTML)"""
INK = """() => [...document.querySelectorAll('main *')]
    .filter((one) => one.getClientRects().length && !one.closest('svg')).map((one) => getComputedStyle(one))
    .filter(({ color, backgroundColor }) => !['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(backgroundColor)
        || Math.max(...color.match(/[0-9]+/g).slice(0, 3).map(Number)) > 0x40)
    .map(({ color, backgroundColor }) => color + ' on ' + backgroundColor)"""


@pytest.mark.parametrize("language", ["en-gb", "ar"])
def test_a_page_is_read_on_paper(chromium, furnished, language):
    with window(chromium, furnished, language=language, color_scheme="dark", width=794) as page:
        page.emulate_media(media="print", color_scheme="dark")
        for path in ("/edit", "/edit/history"):
            page.goto(at(furnished, path))
            assert page.evaluate(SEEN) == []
            assert page.evaluate(INK) == []
            assert page.get_by_role("heading", level=1).is_visible()
            assert page.get_by_text("5555").first.is_visible()
            assert page.pdf(format="A4").startswith(b"%PDF")
