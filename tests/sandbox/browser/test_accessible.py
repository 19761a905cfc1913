"""The form and the bank's page for everybody: axe, the keyboard alone, a small screen."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests import axe
from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

ASKS = "4000002500003155"
THEMES = {"light": "stripe", "dark": "night"}


def violations(frame: Frame) -> list[Any]:
    """Return what axe finds in one frame; cross-origin frames cannot be looked into from outside."""
    if "/fields" in frame.url:
        ground = frame.page.evaluate("getComputedStyle(document.body).backgroundColor")
        # The frame is transparent: people see the page's ground behind it, axe would suppose white.
        frame.evaluate("(ground) => { document.body.style.backgroundColor = ground }", ground)
    return axe.violations(frame)


def everywhere(shopper: Shopper) -> list[Any]:
    return [
        (frame.url.partition("?")[0].partition("#")[0], found)
        for frame in shopper.page.frames
        for found in violations(frame)
        # A frame is part of a page, which has the heading and the landmark; axe sees it as a page here.
        if frame == shopper.page.main_frame or found[0] not in {"page-has-heading-one", "landmark-one-main", "region"}
    ]


@pytest.mark.parametrize("scheme", THEMES)
def test_axe_finds_nothing_in_the_form(shopper: Shopper, scheme: str) -> None:
    group = {"mode": "setup", "appearance": {"theme": THEMES[scheme]}}
    shopper.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    shopper.open(scheme, group=group, element={"fields": {"billingDetails": {"name": "always"}}})
    assert everywhere(shopper) == []
    shopper.fields.get_by_label("Country").select_option("US")
    shopper.fill("4242424242424241", cvc="1")
    shopper.save()
    assert shopper.result()["error"]["type"] == "validation_error"
    assert everywhere(shopper) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialog(shopper: Shopper, scheme: Any) -> None:
    shopper.page.emulate_media(color_scheme=scheme)
    shopper.open_setup()
    shopper.fill(ASKS)
    shopper.save()
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("heading").wait_for()
    assert everywhere(shopper) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_bank_s_own_page(shopper: Shopper, scheme: Any) -> None:
    shopper.page.emulate_media(color_scheme=scheme)
    intent = shopper.service.setup_intent(
        payment_method="pm_card_authenticationRequired", confirm="true", return_url="http://shop.localhost/"
    )
    shopper.page.goto(intent["next_action"]["redirect_to_url"]["url"])
    assert violations(shopper.page.main_frame) == []
    shopper.page.goto(f"http://hooks.pay.localhost:{shopper.service.world.port}/challenge/unknown")
    assert violations(shopper.page.main_frame) == []


def test_a_card_is_added_with_a_check_by_keyboard_alone(shopper: Shopper) -> None:
    shopper.open_setup()
    keyboard = shopper.page.keyboard
    for label, typed in (("Card number", ASKS), ("Expiry date", "1240"), ("Security code", "123")):
        keyboard.press("Tab")
        expect(shopper.fields.get_by_label(label)).to_be_focused()
        keyboard.type(typed)
    keyboard.press("Tab")
    expect(shopper.page.get_by_role("button", name="Save card")).to_be_focused()
    keyboard.press("Enter")
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    complete = bank.get_by_role("button", name="Complete authentication")
    complete.wait_for()
    keyboard.press("Tab")
    expect(complete).to_be_focused()
    keyboard.press("Enter")
    assert shopper.result()["setupIntent"]["status"] == "succeeded"


def test_enter_in_the_form_submits_the_page_s_form(shopper: Shopper) -> None:
    shopper.open_setup()
    shopper.fill("4242424242424242")
    shopper.page.keyboard.press("Enter")
    assert shopper.result()["setupIntent"]["status"] == "succeeded"


def test_everything_fits_on_a_small_screen(shopper: Shopper) -> None:
    shopper.page.set_viewport_size({"width": 320, "height": 568})
    shopper.open_setup()
    assert not sideways(shopper.page.main_frame)
    assert not sideways(shopper.fields)
    shopper.fill(ASKS)
    shopper.page.wait_for_timeout(200)  # the browser aims clicks by its last picture of the frames
    shopper.save()
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("heading").wait_for()
    frame = next(one for one in shopper.page.frames if "/challenge/" in one.url)
    assert not sideways(frame)
    assert not sideways(shopper.page.main_frame)
    box = shopper.page.get_by_role("button", name="Cancel").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_the_frame_is_as_high_as_the_form(shopper: Shopper) -> None:
    shopper.open()
    before = shopper.page.locator("iframe").evaluate("(frame) => frame.offsetHeight")
    shopper.save()
    shopper.result()
    expect(shopper.fields.get_by_text("Your card number is incomplete.")).to_be_visible()
    shopper.wait(f"document.querySelector('iframe').offsetHeight > {before}")
    form = shopper.fields.locator("form").evaluate("(form) => form.getBoundingClientRect().height")
    assert abs(shopper.page.locator("iframe").evaluate("(frame) => frame.offsetHeight") - form) <= 1


def sideways(frame: Frame) -> bool:
    return bool(frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
