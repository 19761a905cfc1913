"""What a Customer may know, allow and take back, in a real browser: history, consents, a copy of everything, an end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser]

CARD, ASKED_ABOUT = "4242424242424242", "4000002760003184"
TERMS = "Acme may charge this card when I do not come to what I booked, at most £10 each time."


@pytest.fixture
def charging(stack: Stack) -> Iterator[None]:
    """The Broker charges for not coming, for the time of the test."""
    with stack.database() as connection:
        which = "WHERE broker_id = (SELECT id FROM brokers_broker WHERE slug = 'acmebroker')"
        (before,) = connection.execute(f"SELECT texts FROM brokers_branding {which}").fetchone()
        write = f"UPDATE brokers_branding SET texts = %s {which}"
        connection.execute(write, [json.dumps({"en": {"charge": TERMS}})])
        yield
        connection.execute(write, [json.dumps(before)])


def sign_in(person: Person) -> Person:
    person.sign_in_at_broker()
    person.open_cards()
    return person


def follow(person: Person, link: str, heading: str) -> None:
    """Follow a link and look at the page behind it."""
    person.press(person.page.get_by_role("link", name=link).first)
    expect(person.page.get_by_role("heading", name=heading, level=1)).to_be_visible(timeout=20_000)
    person.check_page()


def fetched(person: Person, link: str) -> bytes:
    with person.page.expect_download() as download:
        person.press(person.page.get_by_role("link", name=link))
    return Path(download.value.path()).read_bytes()


def test_the_history_is_read_and_taken_along(person):
    alex = sign_in(person)
    alex.add(CARD)
    follow(alex, "History of all your cards", "History of your cards")
    said = alex.page.get_by_role("main").inner_text()
    for words in ("Card added", "Card checked by your bank", "Made the default card"):
        assert words in said
    assert "4242" in fetched(alex, "For a spreadsheet (CSV)").decode()
    assert json.loads(fetched(alex, "For programs (JSON)"))


def test_a_second_consent_is_asked_apart_challenged_and_withdrawn(another, charging):
    alex = sign_in(another)
    follow(alex, "Add a card", "Add a card")
    second = alex.page.get_by_role("checkbox", name=TERMS)
    for _ in range(20):  # web processes remember a Broker for some seconds
        if second.count():
            break
        alex.page.wait_for_timeout(1000)
        alex.page.reload()
    alex.fill_card(ASKED_ABOUT)
    boxes = alex.page.get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False, False]
    alex.check_page()
    alex.tick(boxes.first)
    alex.tick(second)
    alex.press(alex.page.get_by_role("button", name="Save card"))
    alex.answer_challenge("Complete authentication")
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    alex.press(alex.page.get_by_role("link", name="What you agreed to Visa ending in 3184"))
    expect(alex.page.get_by_text(TERMS).first).to_be_visible()
    alex.check_page()
    alex.press(alex.page.locator("form[action$='/charge/withdraw']").get_by_role("button"))
    expect(alex.page.get_by_role("status").first).to_contain_text("can no longer be charged without you being present")
    alex.check_page()


def test_everything_is_copied_and_then_deleted(another):
    robin = another
    robin.sign_in_at_broker("robin@acmebroker.example")
    robin.open_cards()
    robin.add(CARD)
    follow(robin, "Your data", "Your data")
    assert fetched(robin, "To read and print (PDF)").startswith(b"%PDF-1.")
    assert "robin@acmebroker.example" in fetched(robin, "For programs (JSON)").decode()
    follow(robin, "Delete everything", "Delete everything?")
    robin.tick(robin.page.get_by_role("checkbox"))
    robin.press(robin.page.get_by_role("button", name="Delete everything"))
    expect(robin.page.get_by_role("heading", name="Your data is deleted")).to_be_visible()
    robin.check_page()
    with robin.stack.database() as connection:
        robin.stack.wait_for(
            connection,
            "SELECT 1 WHERE NOT EXISTS (SELECT FROM customers_customer WHERE email = 'robin@acmebroker.example')"
            " AND NOT EXISTS (SELECT FROM payments_card WHERE status = 'active')",
        )
