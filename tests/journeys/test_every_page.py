"""Every page in every state: axe finds nothing, nothing sticks out at 320 px, in light and dark, in both directions."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture
def narrow(stack, chromium):
    """Return somebody with a 320 px window (which is also 640 px zoomed to 200 %)."""
    context = chromium.new_context(viewport={"width": 320, "height": 700}, locale="en-GB", color_scheme="light")
    context.set_default_timeout(15_000)
    yield Person(context.new_page(), stack)
    context.close()


def look(person, path, *, broker="acmebroker", host=None):
    """Open a page and check it, in light, dark and contrast, left to right and right to left."""
    person.page.goto(f"http://{host}:{person.stack.port}{path}" if host else person.stack.cards(path, broker))
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    person.check_page_in_every_light()
    person.page.evaluate("document.documentElement.dir = 'rtl'")
    person.check_page()


def test_pages_without_a_session(narrow):
    look(narrow, "/edit")
    look(narrow, "/oidc/signed-out")
    look(narrow, "/oidc/callback?code=x&state=y")
    look(narrow, "/edit?note=4242424242424242")
    look(narrow, "/nowhere")
    look(narrow, "/edit", host="unknown.localhost")


def test_pages_with_cards(narrow):
    visitor = Visitor(narrow.stack)
    visitor.sign_in_at_broker()
    for number in ("4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"):
        visitor.add_card(number)
    with narrow.stack.database() as connection:
        narrow.stack.wait_for_webhooks(connection)  # which would undo what the calendar does here
        connection.execute("UPDATE payments_card SET exp_year = 2020 WHERE last4 = '4444'")
        connection.execute(
            "UPDATE payments_card SET exp_month = extract(month FROM now()), exp_year = extract(year FROM now()) "
            "WHERE last4 = '0005'"
        )
    narrow.sign_in_at_broker()
    narrow.open_cards()
    rows = " ".join(narrow.cards())
    assert "Expired" in rows
    assert "Expires this month" in rows
    look(narrow, "/edit")
    edit = narrow.page.get_by_role("link", name="Edit").first.get_attribute("href")
    remove = narrow.page.get_by_role("link", name="Remove").last.get_attribute("href")
    look(narrow, str(edit))
    look(narrow, str(remove))
    narrow.page.goto(narrow.stack.cards(str(remove)))
    narrow.press(narrow.page.get_by_role("button", name="Remove card"))
    narrow.check_page_in_every_light()
    look(narrow, "/edit")
    look(narrow, "/edit/cards/add")
    expect(narrow.fields.get_by_label("Card number")).to_be_visible(timeout=20_000)
    narrow.check_page_in_every_light()


def test_no_page_says_anything_of_ours(stack):
    visitor = Visitor(stack)
    visitor.sign_in_at_broker()
    visitor.add_card()
    for path in ("/edit", "/edit/cards/add", "/nowhere", "/oidc/signed-out"):
        page, _ = visitor.go(stack.cards(path))
        words = re.sub(r"<[^>]+>|\s+", " ", page.text)
        assert not re.search(r"\b(imin|django|stripe)\b", words, re.IGNORECASE), path


def test_no_card_number_is_kept_or_logged_anywhere(stack):
    """A whole number goes through the payment service's frame only; here it is pushed at every door besides."""
    number = "4000056655665556"
    visitor = Visitor(stack)
    visitor.sign_in_at_broker()
    visitor.add_card(number)
    for path in (f"/edit?card={number}", f"/edit/{number}"):
        assert visitor.request("GET", stack.cards(path)).status_code == 400
    assert visitor.request("GET", stack.cards(), headers={"X-Card": number, "Referer": number}).status_code == 400
    refused, _ = visitor.post("/edit/cards/add", nickname=number)
    assert refused.status_code == 400
    with stack.database() as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t').fetchall()
            assert not any(number in row[0] for row in rows), table
    assert number not in stack.log()
    journal = [file for file in (stack.data / "demo" / "sandbox").rglob("*") if file.is_file()]
    assert journal
    assert not any(number in file.read_text(errors="replace") for file in journal)
    assert json.loads((stack.data / "demo" / "world.json").read_text())["payments"]["secret_key"] not in stack.log()
