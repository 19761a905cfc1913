"""What a screen reader says, in both directions: the page as Chromium's accessibility tree has it."""

import pytest
from playwright.sync_api import expect

from tests.languages.window import at, window

pytestmark = pytest.mark.browser

SAID = {
    "en-gb": {
        "main": "Payment cards",
        "art": "American Express",
        "edit": "Edit American Express ending in 2222",
        "remove": "Remove American Express ending in 2222",
        "languages": "Language",
        "field": "Name on the card",
        "pair": "Expiry date",
    },
    "ar": {
        "main": "بطاقات الدفع",
        "art": "American Express",
        "edit": "تعديل \u2068American Express\u2069 المنتهية بـ \u20682222\u2069",
        "remove": "إزالة \u2068American Express\u2069 المنتهية بـ \u20682222\u2069",
        "languages": "اللغة",
        "field": "الاسم على البطاقة",
        "pair": "تاريخ انتهاء الصلاحية",
    },
}


@pytest.mark.parametrize("language", SAID)
def test_names_are_said_in_the_language_of_the_page(chromium, furnished, paths, language):
    said = SAID[language]
    with window(chromium, furnished, language=language, width=1280) as page:
        page.goto(at(furnished, "/edit"))
        expect(page.get_by_role("heading", level=1, name=said["main"], exact=True)).to_be_visible()
        expect(page.get_by_role("img", name=said["art"], exact=True)).to_be_visible()
        expect(page.get_by_role("link", name=said["edit"], exact=True)).to_be_visible()
        expect(page.get_by_role("link", name=said["remove"], exact=True)).to_be_visible()
        chosen = page.get_by_role("navigation", name=said["languages"]).locator("[aria-current]")
        expect(chosen).to_have_count(1)
        page.goto(at(furnished, paths[2]))
        expect(page.get_by_role("textbox", name=said["field"], exact=True)).to_be_visible()
        expect(page.get_by_role("group", name=said["pair"], exact=True)).to_be_visible()


@pytest.mark.parametrize("language", SAID)
def test_the_keyboard_comes_to_everything_in_the_order_of_reading(chromium, furnished, language):
    with window(chromium, furnished, language=language, width=360) as page:
        page.goto(at(furnished, "/edit"))
        wanted = page.evaluate("""() => [...document.querySelectorAll('a[href], button')]
            .filter((one) => one.getClientRects().length).map((one) => one.outerHTML)""")
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.outerHTML"))
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring == "solid", reached[-1]
        assert reached == wanted
