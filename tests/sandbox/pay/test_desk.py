from collections.abc import Iterator

import pytest
import stripe
from playwright.sync_api import Browser, sync_playwright

from tests import axe
from tests.journeys.chromium import ARGUMENTS, CHROMIUM
from tests.sandbox.pay.forms import RETURN, save
from tests.sandbox.pay.service import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: there is no chromium on the PATH"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_is_accessible_and_fits_a_phone(
    pay: Running, customer: stripe.Customer, chromium: Browser, scheme: str
) -> None:
    save(pay, customer.id)
    pay.control("faults", kind="refuse", status=503, prefix="/v1/refunds")
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 360, "height": 800})  # type: ignore[arg-type]
    page.goto(f"http://pay.localhost:{pay.port}/")
    assert page.get_by_text("•••• 4242").is_visible()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()


def test_its_buttons_work_without_script(pay: Running, customer: stripe.Customer, chromium: Browser) -> None:
    method = save(pay, customer.id)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://pay.localhost:{pay.port}/")
    page.get_by_label("Kind").select_option("refuse")
    page.get_by_role("button", name="Switch on").click()
    assert page.get_by_text("until cleared", exact=False).count() > 0
    page.get_by_role("button", name="Clear all faults").click()
    assert page.get_by_text("All is well.").is_visible()
    page.get_by_role("button", name=f"Detaches {method}").click()
    assert page.get_by_text("No card is saved yet.").is_visible()
    assert pay.client().v1.payment_methods.retrieve(method).customer is None
    context.close()


def test_onboarding_in_a_browser(pay: Running, client: stripe.StripeClient, chromium: Browser) -> None:
    seller = client.v1.accounts.create({"capabilities": {"transfers": {"requested": True}}})
    link = client.v1.account_links.create(
        {"account": seller.id, "refresh_url": RETURN, "return_url": RETURN, "type": "account_onboarding"}
    )
    page = chromium.new_page()
    page.goto(link.url)
    assert axe.violations(page) == []
    with page.expect_request(RETURN):  # where nobody lives
        page.get_by_role("button", name="Answer everything").click()
    assert client.v1.accounts.retrieve(seller.id).details_submitted
    page.close()
