"""The bank asks the person: in a dialog, and by redirect."""

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sandbox.browser.conftest import Shopper

pytestmark = pytest.mark.browser

ASKS = "4000002500003155"


def start(shopper: Shopper) -> FrameLocator:
    shopper.open_setup()
    shopper.fill(ASKS)
    shopper.save()
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("heading", name="Confirm that it is you").wait_for()
    return bank


def failed(shopper: Shopper) -> dict[str, object]:
    error: dict[str, object] = shopper.result()["error"]
    assert error["code"] == "setup_intent_authentication_failure"
    intent = error["setup_intent"]
    assert isinstance(intent, dict)
    assert intent["status"] == "requires_payment_method"
    expect(shopper.page.get_by_role("dialog")).to_have_count(0)
    return error


def test_passing_the_check_saves_the_card(shopper: Shopper) -> None:
    start(shopper).get_by_role("button", name="Complete authentication").click()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"
    expect(shopper.page.get_by_role("dialog")).to_have_count(0)


def test_failing_the_check_does_not(shopper: Shopper) -> None:
    start(shopper).get_by_role("button", name="Fail authentication").click()
    failed(shopper)


def test_closing_the_dialog_counts_as_failing(shopper: Shopper) -> None:
    start(shopper)
    shopper.page.get_by_role("button", name="Cancel").click()
    failed(shopper)


@pytest.mark.parametrize("where", ["page", "bank"])
def test_escape_closes_the_dialog_wherever_the_focus_is(shopper: Shopper, where: str) -> None:
    bank = start(shopper)
    if where == "page":
        shopper.page.get_by_role("button", name="Cancel").focus()
    else:
        bank.get_by_role("button", name="Complete authentication").focus()
    shopper.page.keyboard.press("Escape")
    failed(shopper)


def test_after_a_failed_check_the_same_form_can_try_again(shopper: Shopper) -> None:
    start(shopper).get_by_role("button", name="Fail authentication").click()
    failed(shopper)
    shopper.page.evaluate("result = null")
    shopper.save()
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("button", name="Complete authentication").click()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"


def test_the_dialog_takes_the_focus_and_gives_it_back(shopper: Shopper) -> None:
    start(shopper)
    assert shopper.page.evaluate("document.activeElement.closest('dialog') !== null")
    shopper.page.get_by_role("button", name="Cancel").click()
    failed(shopper)
    assert shopper.page.evaluate("document.activeElement.textContent") == "Save card"


def test_a_check_that_is_over_cannot_be_answered_again(shopper: Shopper) -> None:
    bank = start(shopper)
    address = bank.locator("html").evaluate("document.location.href").partition("?")[0]
    bank.get_by_role("button", name="Fail authentication").click()
    failed(shopper)
    shopper.page.goto(address)
    expect(shopper.page.get_by_role("heading")).to_have_text("This check is over")
    expect(shopper.page.get_by_role("button")).to_have_count(0)


def test_a_check_that_never_was_is_not_found(shopper: Shopper) -> None:
    port = shopper.service.world.port
    answer = shopper.page.goto(f"http://hooks.pay.localhost:{port}/challenge/unknown")
    assert answer is not None
    assert answer.status == 404
    expect(shopper.page.get_by_role("heading")).to_have_text("This check is over")


@pytest.mark.parametrize(
    ("button", "status"), [("Complete authentication", "succeeded"), ("Fail authentication", "failed")]
)
def test_a_check_by_redirect_comes_back_and_says_how_it_went(shopper: Shopper, button: str, status: str) -> None:
    back = f"http://shop.localhost:{shopper.service.shop_port}/back?order=7"
    intent = shopper.service.setup_intent(
        payment_method="pm_card_authenticationRequired", confirm="true", return_url=back
    )
    shopper.page.goto(intent["next_action"]["redirect_to_url"]["url"])
    shopper.page.get_by_role("button", name=button).click()
    shopper.page.wait_for_url("**/back?**")
    assert shopper.page.url == (
        f"{back}&setup_intent={intent['id']}&setup_intent_client_secret={intent['client_secret']}"
        f"&redirect_status={status}"
    )


def test_handle_next_action_follows_a_redirect(shopper: Shopper) -> None:
    back = f"http://shop.localhost:{shopper.service.shop_port}/back"
    intent = shopper.service.setup_intent(
        payment_method="pm_card_authenticationRequired", confirm="true", return_url=back
    )
    shopper.visit(group=None)
    shopper.page.evaluate(f"void stripe.handleNextAction({{ clientSecret: '{intent['client_secret']}' }})")
    shopper.page.wait_for_url("**/challenge/**")
    shopper.page.get_by_role("button", name="Complete authentication").click()
    shopper.page.wait_for_url("**/back?**")


def test_handle_next_action_shows_the_dialog_of_a_server_s_confirmation(shopper: Shopper) -> None:
    on_this_page = {"automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never"}
    intent = shopper.service.setup_intent(
        payment_method="pm_card_authenticationRequired", confirm="true", use_stripe_sdk="true", **on_this_page
    )
    shopper.visit(group=None)
    call = f"stripe.handleNextAction({{ clientSecret: '{intent['client_secret']}' }})"
    shopper.page.evaluate(f"void {call}.then((settled) => {{ result = settled }})")
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("button", name="Complete authentication").click()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"
    again = shopper.run(call)
    assert again["error"]["code"] == "setup_intent_unexpected_state"


def test_confirm_card_setup_shows_the_dialog_unless_told_otherwise(shopper: Shopper) -> None:
    intent = shopper.service.setup_intent()
    shopper.visit(group=None)
    call = (
        f"stripe.confirmCardSetup('{intent['client_secret']}', {{ payment_method: 'pm_card_authenticationRequired' }}"
    )
    waiting = shopper.run(f"{call}, {{ handleActions: false }})")
    assert waiting["setupIntent"]["status"] == "requires_action"
    shopper.page.evaluate(f"void {call}).then((settled) => {{ result = settled }})")
    bank = shopper.page.get_by_role("dialog").locator("iframe").content_frame
    bank.get_by_role("button", name="Complete authentication").click()
    assert shopper.result()["setupIntent"]["status"] == "succeeded"
