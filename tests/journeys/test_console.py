"""An operator's first day at the console: at a desk, with a phone, by keyboard alone."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from tests.console import phone

pytestmark = pytest.mark.browser
OWN = "eight brave otters"
SLOWEST = 20_000  # milliseconds; a password is hashed slowly on purpose


def sign_in(person, name, password):
    page = person.page
    page.goto(person.stack.console())
    person.write(page.get_by_label("Username"), name)
    person.write(page.get_by_label("Password"), password)
    person.press(page.get_by_role("button", name="Sign in"))


def choose_own(person, password):
    page = person.page
    expect(page.get_by_text("Choose your own now")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    person.write(page.get_by_label("Old password"), password)
    person.write(page.get_by_label("New password", exact=False).first, OWN)
    person.write(page.get_by_label("New password confirmation"), OWN)
    person.press(page.get_by_role("button", name="Change my password"))


def set_up(person):
    """Type the first code; return the secret and the recovery codes."""
    page = person.page
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    secret = page.locator("code.secret").inner_text()
    person.write(page.get_by_label("Code"), "12 34")
    person.press(page.get_by_role("button", name="Turn it on"))
    expect(page.get_by_text("That is not the present code")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    person.write(page.get_by_label("Code"), phone.code(secret))
    person.press(page.get_by_role("button", name="Turn it on"))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    codes = page.locator(".codes code").all_inner_texts()
    person.press(page.get_by_role("link", name="I have kept them"))
    return secret, codes


@pytest.mark.timeout(900)
def test_the_first_day(person):
    name, page = f"kim{token_hex(3)}", person.page
    printed = person.stack.imin("operator", name)
    password = re.search(r": (\S+)", printed.stdout).group(1)
    sign_in(person, name, password)
    choose_own(person, password)
    _, codes = set_up(person)
    expect(page.get_by_role("link", name="Brokers").first).to_be_visible(timeout=SLOWEST)

    page.goto(person.stack.console("/second-factor/"))
    expect(page.get_by_text("10 recovery codes are left")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    page.goto(person.stack.console("/console/auditentry/"))
    person.check_page()
    page.goto(person.stack.console("/console/auditentry/1/change/"))
    person.check_page()
    page.goto(person.stack.console("/nowhere/"))
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible(timeout=SLOWEST)
    person.check_page()

    page.context.clear_cookies()
    sign_in(person, name, OWN)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible(timeout=SLOWEST)
    person.check_page()
    person.write(page.get_by_label("Code"), codes[0])
    person.press(page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("link", name="Brokers").first).to_be_visible(timeout=SLOWEST)


@pytest.mark.timeout(900)
def test_the_demo_lets_one_skip_it_and_texts_are_typed_into_boxes(another):
    person = another
    name, page = f"lee{token_hex(3)}", person.page
    password = re.search(r": (\S+)", person.stack.imin("operator", name).stdout).group(1)
    sign_in(person, name, password)
    choose_own(person, password)
    person.press(page.get_by_role("button", name="Skip for now"))
    page.goto(person.stack.console("/brokers/broker/?q=harbour"))
    page.locator("#result_list tbody th a").first.click()
    box = page.get_by_label("Help, at the foot of every page").first
    words = f"Ring {name}."
    person.write(box, words)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible(timeout=SLOWEST)
    page.goto(person.stack.console("/console/auditentry/?q=branding"))
    expect(page.locator("#result_list tbody tr").first).to_contain_text(name, timeout=SLOWEST)


def test_the_log_is_whole_after_all_that(stack):
    done = stack.imin("check", "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none changed or missing" in done.stdout
