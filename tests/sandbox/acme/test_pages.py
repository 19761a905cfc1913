"""The Broker's pages in a browser: readable, small, by keyboard, without scripts, and strict about content."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sandbox.world import Person
from tests import axe
from tests.journeys.chromium import ARGUMENTS, CHROMIUM
from tests.sandbox.acme.relying_party import RelyingParty

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]

LOOKS: list[tuple[int, Literal["light", "dark"], int]] = [
    (0, "light", 1280),
    (1, "dark", 1280),
    (1, "light", 320),
    (0, "dark", 320),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page without scripts, which the site has to do without."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def _sign_in(page: Page, site: str, person: Person) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_role("link", name=person.name).click()
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name=f"Hello {person.given_name}").wait_for()


def _watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and all that the browser complains about on it (a broken policy, a missing file)."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    return page, complaints


def _check(page: Page, where: str) -> None:
    assert axe.violations(page) == [], where
    room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert room[0] <= room[1], f"{where} is wider than the screen"


@pytest.mark.parametrize(("number", "scheme", "width"), LOOKS)
def test_every_page_is_accessible_and_fits(
    chromium: Browser,
    rp: RelyingParty,
    other: RelyingParty,
    *,
    number: int,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    party = (rp, other)[number]
    person = party.broker.people[0]
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 700})
    page, complaints = _watched(context)
    for path in ("/", "/sign-in"):
        page.goto(party.issuer + path)
        _check(page, path)
    assert complaints == []
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill("guess")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    _check(page, "a wrong password")
    _sign_in(page, party.issuer, person)
    _check(page, "account")
    party.authorize(prompt="consent")
    asks_consent = f"/oidc/authorize?{urlencode(party.sent)}"
    for path in ("/account/details", asks_consent, "/oidc/logout", "/oidc/authorize?client_id=no", "/nowhere"):
        page.goto(party.issuer + path)
        _check(page, path)
    context.close()


def test_signing_in_without_scripts_leads_on_to_the_client(page: Page, rp: RelyingParty, sam: Person) -> None:
    """The whole way from the client's request to its callback, under the page's own policy."""
    rp.authorize()
    page.goto(f"{rp.issuer}/oidc/authorize?{urlencode(rp.sent)}")
    page.get_by_role("link", name=sam.name).click()
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{rp.redirect_uri}?*")
    assert f"state={rp.sent['state']}" in page.url


def test_the_account_leads_to_the_cards_and_out(page: Page, rp: RelyingParty, sam: Person) -> None:
    _sign_in(page, rp.issuer, sam)
    assert page.get_by_role("link", name="Payment cards").get_attribute("href") == rp.broker.cards_url
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have signed out.").wait_for()
    page.goto(f"{rp.issuer}/account")
    assert page.url == f"{rp.issuer}/sign-in"


def test_the_keyboard_is_enough(page: Page, rp: RelyingParty, sam: Person) -> None:
    page.goto(f"{rp.issuer}/")
    for key in ("Tab", "Tab", "Tab", "Tab"):  # past the skip link, the logo and the activities
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(sam.email)
    page.keyboard.press("Tab")
    page.keyboard.type(sam.password)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello Sam").wait_for()


def test_a_wrong_password_is_said_beside_the_field_that_has_the_focus(page: Page, rp: RelyingParty) -> None:
    page.goto(f"{rp.issuer}/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password").fill("guess")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    field = page.locator("input:focus")
    assert field.get_attribute("name") == "email"
    assert field.get_attribute("aria-describedby") == page.get_by_role("alert").get_attribute("id")


def test_pages_allow_nothing_inline_and_nothing_foreign(rp: RelyingParty) -> None:
    for path in ("/", "/sign-in", "/nowhere"):
        answer = rp.browser.get(rp.issuer + path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert " style=" not in answer.text
        assert "<script" not in answer.text
