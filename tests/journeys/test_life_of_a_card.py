"""A card over its life, in a real browser: needed by bookings, replaced, leaving later, withdrawn by its bank."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person

pytestmark = [pytest.mark.browser]

TODAY = datetime.now(UTC).date()
DAY = TODAY + timedelta(days=24)
SAID = f"{DAY.day} {DAY:%B}" + ("" if DAY.year == TODAY.year else f" {DAY.year}")
OLD, NEW, OTHER = "4242424242424242", "4000056655665556", "5555555555554444"


def sign_in(person: Person) -> Person:
    person.sign_in_at_broker()
    person.open_cards()
    return person


def book(person: Person, title: str = "Badminton, court 2") -> None:
    """Place a booking on the default card, as orders will; then look again."""
    placed = person.stack.imin("bookings", "place", "acmebroker", "alex@acmebroker.example", title, DAY.isoformat())
    assert placed.returncode == 0, placed.stderr
    person.page.reload()


def heading(person: Person, name: str) -> None:
    expect(person.page.get_by_role("heading", name=name, level=1)).to_be_visible(timeout=20_000)


def test_a_card_is_replaced_and_the_new_one_takes_over_what_it_paid_for(person):
    alex = sign_in(person)
    alex.add(OLD)
    book(alex)
    assert f"Pays for your booking on {SAID}" in alex.cards()[0]
    alex.check_page()
    alex.press(alex.page.get_by_role("link", name="Edit Visa ending in 4242"))
    alex.check_page()
    alex.press(alex.page.get_by_role("link", name="My bank sent me a new card"))
    heading(alex, "Replace Visa ending in 4242")
    expect(alex.page.get_by_text("Badminton, court 2")).to_be_visible()
    alex.fill_card(NEW)
    alex.check_page()
    alex.tick(alex.page.get_by_role("checkbox").first)
    alex.press(alex.page.get_by_role("button", name="Save card"))
    heading(alex, "Payment cards")
    expect(alex.page.get_by_role("status").first).to_contain_text("It takes the place of the old one")
    (card,) = alex.cards()
    for words in ("5556", "Default", f"Pays for your booking on {SAID}"):
        assert words in card
    expect(alex.page.get_by_role("button", name="Undo Visa ending in 4242")).to_be_visible()
    alex.check_page()


def test_a_card_that_a_booking_needs_leaves_later_or_hands_it_over(another):
    alex = sign_in(another)
    alex.add(OLD)
    book(alex)
    alex.press(alex.page.get_by_role("link", name="Remove Visa ending in 4242"))
    heading(alex, "Remove this card?")
    alex.check_page()
    alex.tick(alex.page.get_by_role("radio", name="None: keep this card until then"))
    alex.press(alex.page.get_by_role("button", name="Confirm"))
    heading(alex, "Payment cards")
    assert f"Will be removed after {SAID}" in alex.cards()[0]
    alex.check_page()
    alex.press(alex.page.get_by_role("button", name="Keep it after all Visa ending in 4242"))
    expect(alex.page.get_by_role("status").first).to_contain_text("Your card stays")
    alex.add(OTHER)
    alex.press(alex.page.get_by_role("link", name="Remove Visa ending in 4242"))
    alex.tick(alex.page.get_by_role("radio", name="Mastercard ending in 4444"))
    alex.press(alex.page.get_by_role("button", name="Confirm"))
    heading(alex, "Payment cards")
    (card,) = alex.cards()
    assert f"Pays for your booking on {SAID}" in card
    alex.press(alex.page.get_by_role("button", name="Undo").first)
    expect(alex.page.locator("main > ul.cards > li")).to_have_count(2)


def test_what_the_bank_does_is_told_and_a_booking_without_a_card_gets_one(another):
    alex = sign_in(another)
    alex.add(OLD)
    alex.add(OTHER)
    book(alex)
    with alex.stack.database() as connection:
        alex.stack.wait_for_webhooks(connection)
        token = dict(connection.execute("SELECT last4, reference FROM payments_card").fetchall())
        alex.stack.control("webhooks", duplicate=1, reorder=True)
        alex.stack.control("cards/renew", payment_method=token["4444"], exp_month=2, exp_year=2039)
        alex.stack.control("cards/detach", payment_method=token["4242"])
        alex.stack.wait_for(connection, "SELECT 1 FROM payments_card WHERE status = 'detached'")
        alex.stack.wait_for(connection, "SELECT 1 FROM payments_card WHERE bank_updated_at IS NOT NULL")
    alex.page.reload()
    (card,) = alex.cards()
    assert "Expires February 2039 · Updated by your bank on" in card
    expect(alex.page.get_by_role("heading", name=f"“Badminton, court 2” on {SAID} has no card")).to_be_visible()
    alex.check_page()
    alex.press(alex.page.get_by_role("link", name="Choose another card Badminton, court 2"))
    heading(alex, "Which card pays for this booking?")
    alex.check_page()
    alex.tick(alex.page.get_by_role("radio"))
    alex.press(alex.page.get_by_role("button", name="Use this card"))
    heading(alex, "Payment cards")
    assert f"Pays for your booking on {SAID}" in alex.cards()[0]
    expect(alex.page.get_by_text("has no card")).to_have_count(0)
