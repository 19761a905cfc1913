"""What the form itself checks, shows and tells the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

CASES = [
    (("", "12 / 40", "123"), "Card number", "incomplete_number"),
    (("4242424242424241", "12 / 40", "123"), "Card number", "invalid_number"),
    (("424242424242", "12 / 40", "123"), "Card number", "incomplete_number"),
    (("4242424242424242", "12", "123"), "Expiry date", "incomplete_expiry"),
    (("4242424242424242", "13 / 40", "123"), "Expiry date", "invalid_expiry_month"),
    (("4242424242424242", "12 / 19", "123"), "Expiry date", "invalid_expiry_year_past"),
    (("4242424242424242", "12 / 95", "123"), "Expiry date", "invalid_expiry_year"),
    (("4242424242424242", "12 / 40", "99"), "Security code", "incomplete_cvc"),
    (("378282246310005", "12 / 40", "123"), "Security code", "incomplete_cvc"),
]


@pytest.mark.parametrize(("typed", "label", "code"), CASES)
def test_a_wrong_value_is_marked_explained_and_focused(
    shopper: Shopper, typed: tuple[str, str, str], label: str, code: str
) -> None:
    shopper.open_setup()
    shopper.fill(*typed)
    shopper.save()
    error = shopper.result()["error"]
    assert (error["type"], error["code"]) == ("validation_error", code)
    field = shopper.fields.get_by_label(label)
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    message = shopper.fields.locator(f"#{field.get_attribute('aria-describedby')}")
    assert message.text_content() == error["message"]


def test_no_call_is_made_while_the_form_is_wrong(shopper: Shopper) -> None:
    shopper.open_setup()
    calls: list[str] = []
    shopper.page.on("request", lambda sent: calls.append(sent.url))
    shopper.fill("4242424242424241")
    shopper.save()
    shopper.result()
    assert calls == []


@pytest.mark.parametrize(
    ("typed", "shown", "brand"),
    [
        ("4242424242424242", "4242 4242 4242 4242", "Visa"),
        ("5555-5555-5555-4444", "5555 5555 5555 4444", "Mastercard"),
        ("2223003122003222", "2223 0031 2200 3222", "Mastercard"),
        ("378282246310005", "3782 822463 10005", "American Express"),
        ("6759649826438453", "6759 6498 2643 8453", "Maestro"),
        ("6011111111111117", "6011 1111 1111 1117", "Discover"),
        ("30569309025904", "3056 930902 5904", "Diners Club"),
        ("3566002020360505", "3566 0020 2036 0505", "JCB"),
        ("6200000000000005", "6200 0000 0000 0005", "UnionPay"),
        ("42424242424242429", "4242 4242 4242 4242", "Visa"),
    ],
)
def test_a_number_is_grouped_as_on_the_card_and_its_brand_shown(
    shopper: Shopper, typed: str, shown: str, brand: str
) -> None:
    shopper.open()
    number = shopper.fields.get_by_label("Card number")
    number.press_sequentially(typed)
    assert number.input_value() == shown
    expect(shopper.fields.locator("#marks").get_by_role("img")).to_have_accessible_name(brand)


def test_a_digit_can_be_corrected_in_the_middle(shopper: Shopper) -> None:
    shopper.open()
    number = shopper.fields.get_by_label("Card number")
    number.press_sequentially("4252424242424242")
    number.press("Home")
    for _ in range(3):
        number.press("ArrowRight")
    number.press("Backspace")
    number.press_sequentially("4")
    assert number.input_value() == "4242 4242 4242 4242"
    assert number.evaluate("(input) => input.selectionStart") == 3


@pytest.mark.parametrize(
    ("typed", "shown"), [("1240", "12 / 40"), ("540", "05 / 40"), ("1/40", "01 / 40"), ("12/2040", "12 / 40")]
)
def test_an_expiry_date_is_written_as_on_the_card(shopper: Shopper, typed: str, shown: str) -> None:
    shopper.open()
    expiry = shopper.fields.get_by_label("Expiry date")
    expiry.press_sequentially(typed)
    assert expiry.input_value() == shown
    expiry.fill(typed)
    assert expiry.input_value() == shown
    for _ in range(7):
        expiry.press("Backspace")
    assert expiry.input_value() == ""


def test_browsers_can_fill_the_fields_in(shopper: Shopper) -> None:
    shopper.open()
    for label, purpose in (("Card number", "cc-number"), ("Expiry date", "cc-exp"), ("Security code", "cc-csc")):
        field = shopper.fields.get_by_label(label)
        assert field.get_attribute("autocomplete") == purpose
        assert field.get_attribute("inputmode") == "numeric"


def test_the_page_hears_what_happens_but_never_the_number(shopper: Shopper) -> None:
    shopper.open()
    shopper.fill("4242424242424242")
    shopper.page.keyboard.press("Escape")
    shopper.wait("heard.some(([type]) => type === 'escape')")
    change = {"elementType": "payment", "collapsed": False, "value": {"type": "card"}}
    changes = shopper.heard("change")
    assert changes[0] == {**change, "empty": False, "complete": False}
    assert changes[-1] == {**change, "empty": False, "complete": True}
    assert shopper.heard("loaderstart") == shopper.heard("focus")[:1] == [{"elementType": "payment"}]
    assert shopper.heard("carddetailschange")[-1]["details"] == {"brands": ["visa"], "funding": None}
    shopper.page.get_by_role("button", name="Save card").focus()
    shopper.wait("heard.some(([type]) => type === 'blur')")
    assert "4242" not in str(shopper.page.evaluate("heard"))


def test_country_is_asked_for_and_the_zip_code_of_the_united_states_only(shopper: Shopper) -> None:
    shopper.open(element={"defaultValues": {"billingDetails": {"address": {"country": "US"}}}})
    country = shopper.fields.get_by_label("Country")
    assert country.input_value() == "US"
    expect(shopper.fields.get_by_label("ZIP code")).to_be_visible()
    country.select_option("GB")
    expect(shopper.fields.get_by_label("ZIP code")).to_be_hidden()


def test_hidden_fields_are_hidden(shopper: Shopper) -> None:
    shopper.open(element={"fields": {"billingDetails": "never"}})
    expect(shopper.fields.get_by_role("combobox")).to_have_count(0)
    expect(shopper.fields.get_by_role("textbox")).to_have_count(3)


def test_the_name_can_be_asked_for(shopper: Shopper) -> None:
    shopper.open(element={"fields": {"billingDetails": {"name": "always"}}})
    expect(shopper.fields.get_by_label("Name on card")).to_be_visible()


def test_appearance_changes_the_looks_also_later(shopper: Shopper) -> None:
    variables = {"colorPrimary": "#c2410c", "colorText": "#102030", "colorBackground": "#fff8f0", "borderRadius": "3px"}
    shopper.open(group={"mode": "setup", "appearance": {"theme": "flat", "variables": variables}})
    look = "(input) => [getComputedStyle(input).borderRadius, getComputedStyle(input).color]"
    number = shopper.fields.get_by_label("Card number")
    assert number.evaluate(look) == ["3px", "rgb(16, 32, 48)"]
    shopper.page.evaluate("elements.update({ appearance: { theme: 'night' } })")
    expect(shopper.fields.locator("html")).to_have_attribute("data-theme", "night")
    assert number.evaluate(look) == ["8px", "rgb(238, 241, 247)"]


@pytest.mark.parametrize(("locale", "direction"), [("auto", "ltr"), ("he", "rtl"), ("ar", "rtl"), ("fr-CA", "ltr")])
def test_the_direction_follows_the_locale(shopper: Shopper, locale: str, direction: str) -> None:
    shopper.open(client={"locale": locale})
    expect(shopper.fields.locator("html")).to_have_attribute("dir", direction)


def test_terms_are_shown_when_a_card_is_kept(shopper: Shopper) -> None:
    shopper.open(element={"business": {"name": "Acme"}})
    expect(shopper.fields.get_by_text(re.compile("lets Acme use it"))).to_be_visible()
    shopper.page.evaluate("element.update({ terms: { card: 'never' } })")
    expect(shopper.fields.get_by_text(re.compile("lets Acme use it"))).to_be_hidden()


def test_read_only_takes_no_input(shopper: Shopper) -> None:
    shopper.open(element={"readOnly": True})
    assert not shopper.fields.get_by_label("Card number").is_editable()


def test_focus_clear_and_blur_can_be_asked_for(shopper: Shopper) -> None:
    shopper.open()
    number = shopper.fields.get_by_label("Card number")
    shopper.page.evaluate("element.focus()")
    expect(number).to_be_focused()
    shopper.page.keyboard.type("42")
    shopper.page.evaluate("element.clear()")
    expect(number).to_have_value("")
    assert shopper.heard("change")[-1]["empty"] is True
    shopper.page.evaluate("element.blur()")
    expect(number).not_to_be_focused()


def test_an_element_can_be_mounted_again(shopper: Shopper) -> None:
    shopper.open()
    shopper.page.evaluate("element.unmount()")
    expect(shopper.page.locator("iframe")).to_have_count(0)
    shopper.page.evaluate("heard.length = 0; element.mount(document.getElementById('card'))")
    shopper.wait("heard.some(([type]) => type === 'ready')")
    expect(shopper.fields.get_by_label("Card number")).to_be_visible()


def test_nothing_else_can_join_the_conversation(shopper: Shopper) -> None:
    shopper.open()
    forged = shopper.page.evaluate(
        "new URLSearchParams(new URL(document.querySelector('iframe').src).hash.slice(1)).get('channel')"
    )
    shopper.page.evaluate("(channel) => postMessage({ channel, type: 'height', body: 9999 }, location.origin)", forged)
    shopper.page.wait_for_timeout(100)
    assert shopper.page.locator("iframe").evaluate("(frame) => frame.offsetHeight") < 500


@pytest.mark.parametrize(
    ("locale", "spoken", "label", "wrong"),
    [
        ("pl", "pl", "Numer karty", "Numer karty jest nieprawidłowy. Sprawdź cyfry."),
        ("ar", "ar", "رقم البطاقة", "رقم البطاقة غير صحيح. تحقق من الأرقام."),
        ("cy", "en", "Card number", "This card number is not valid. Check the digits."),
    ],
)
def test_the_form_speaks_the_language_of_the_page_if_it_can(
    shopper: Shopper, locale: str, spoken: str, label: str, wrong: str
) -> None:
    shopper.open(client={"locale": locale})
    expect(shopper.fields.locator("html")).to_have_attribute("lang", spoken)
    shopper.fields.get_by_label(label).fill("4242424242424241")
    expect(shopper.fields.get_by_text(wrong)).to_be_visible()
