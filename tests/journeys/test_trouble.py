"""What goes wrong between us, the payment service and two tabs; each answer says whether anything was saved."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser]


@pytest.fixture
def alex(another) -> Person:
    another.sign_in_at_broker()
    another.open_cards()
    return another


def test_a_payment_service_that_is_down_saves_nothing_and_says_so(alex):
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    alex.fill_card("4242424242424242")
    alex.tick(alex.page.get_by_role("checkbox"))
    alex.stack.control("faults", kind="down")
    alex.press(alex.page.get_by_role("button", name="Save card"))
    expect(alex.page.get_by_role("alert").filter(has_text="Nothing was")).to_be_visible(timeout=40_000)
    alex.stack.control("faults/clear")
    alex.press(alex.page.get_by_role("button", name="Save card"))
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    assert len(alex.cards()) == 1


def test_a_payment_service_that_is_slow_is_waited_for_and_the_page_says_so(alex):
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    alex.fill_card("4242424242424242")
    alex.tick(alex.page.get_by_role("checkbox"))
    alex.stack.control("faults", kind="slow", milliseconds=2500, host="api")
    alex.press(alex.page.get_by_role("button", name="Save card"))
    expect(alex.page.get_by_role("button", name="Saving your card…")).to_be_visible(timeout=2000)
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=40_000)
    assert len(alex.cards()) == 1


def test_a_script_that_does_not_load_is_told(alex):
    alex.page.route("**/stripe.js", lambda route: route.abort())
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    expect(alex.page.get_by_role("alert").filter(has_text="Nothing was saved")).to_be_visible(timeout=20_000)


def test_a_double_press_saves_one_card(alex):
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    alex.fill_card("4242424242424242")
    alex.tick(alex.page.get_by_role("checkbox"))
    alex.page.get_by_role("button", name="Save card").dblclick()
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    assert len(alex.cards()) == 1


def test_the_same_card_in_two_tabs_is_one_card(alex):
    other = Person(alex.page.context.new_page(), alex.stack)
    for tab in (alex, other):
        tab.page.goto(alex.stack.cards("/edit/cards/add"))
        tab.fill_card("4242424242424242")
        tab.tick(tab.page.get_by_role("checkbox"))
    for tab in (alex, other):
        tab.press(tab.page.get_by_role("button", name="Save card"))
    for tab in (alex, other):
        expect(tab.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    alex.page.goto(alex.stack.cards())
    assert len(alex.cards()) == 1


def test_the_second_of_two_edits_sees_the_first_and_is_told(alex):
    alex.add("4242424242424242")
    other = Person(alex.page.context.new_page(), alex.stack)
    other.page.goto(alex.stack.cards())
    for tab in (alex, other):
        tab.press(tab.page.get_by_role("link", name="Edit"))
    alex.write(alex.page.get_by_label("Nickname"), "First")
    alex.press(alex.page.get_by_role("button", name="Save"))
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible()
    other.write(other.page.get_by_label("Nickname"), "Second")
    other.press(other.page.get_by_role("button", name="Save"))
    expect(other.page.get_by_role("alert")).to_be_visible()
    other.check_page()
    alex.page.goto(alex.stack.cards())
    assert "First" in alex.cards()[0]


def test_a_challenge_by_redirect_comes_back_to_the_cards(alex):
    """A bank that must have the whole window: confirmed on the server's side of the form, then returned."""
    visitor = Visitor(alex.stack)
    visitor.sign_in_at_broker()
    secret, back = visitor.begin_add()
    confirmed = visitor.confirm(secret, "4000002500003155", redirect_to=back).json()
    challenge = confirmed["next_action"]["redirect_to_url"]["url"]
    alex.page.goto(challenge)
    alex.press(alex.page.get_by_role("button", name="Complete authentication"))
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    assert "3155" in alex.cards()[0]


def test_a_session_that_ended_meanwhile_saves_nothing(alex):
    alex.add("4242424242424242")
    alex.press(alex.page.get_by_role("link", name="Edit"))
    alex.write(alex.page.get_by_label("Nickname"), "Too late")
    with alex.stack.database() as connection:
        connection.execute("UPDATE identity_session SET ended_at = now()")
    alex.press(alex.page.get_by_role("button", name="Save"))
    expect(alex.page.get_by_text("nothing was saved", exact=False).first).to_be_visible()
    alex.check_page()
    alex.page.goto(alex.stack.cards())
    assert "Too late" not in alex.cards()[0]


def test_without_scripts_all_but_adding_works(stack, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    person = Person(context.new_page(), stack)
    person.sign_in_at_broker()
    visitor = Visitor(stack)
    visitor.sign_in_at_broker()
    visitor.add_card("4242424242424242")
    visitor.add_card("5555555555554444")
    person.open_cards()
    person.press(person.page.get_by_role("button", name="Make default"))
    assert "4444" in person.cards()[0]
    person.press(person.page.get_by_role("link", name="Edit").first)
    person.write(person.page.get_by_label("Nickname"), "Plain")
    person.press(person.page.get_by_role("button", name="Save"))
    assert "Plain" in person.cards()[0]
    person.press(person.page.get_by_role("link", name="Remove").first)
    person.press(person.page.get_by_role("button", name="Remove card"))
    assert len(person.cards()) == 1
    person.press(person.page.get_by_role("button", name="Undo").first)
    assert len(person.cards()) == 2
    person.press(person.page.get_by_role("link", name="Add a card"))
    notice = person.page.locator("main .notice p").first  # get_by_text passes over what stands in <noscript>
    expect(notice).to_contain_text("It needs JavaScript")
    expect(notice).to_be_visible()
    expect(person.page.locator("#add")).to_be_hidden()
    context.close()
