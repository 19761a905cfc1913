"""The main job in a real browser: with a phone, and at a desk by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import WAYS
from tests.journeys.person import Person

pytestmark = [pytest.mark.browser]

ASKS = "4000002500003155"
DECLINED = {
    "phone": {"4000000000000069": "expired", "4000000000009987": "declined"},  # lost: the reason is nobody's to tell
    "keyboard": {"4000000000000127": "code", "4000000000009995": "enough money"},
}


@pytest.fixture
def alex(person) -> Person:
    """Return somebody who is signed in at Acme and has opened their payment cards."""
    person.sign_in_at_broker()
    person.open_cards()
    return person


def test_someone_signed_in_at_the_broker_gets_to_their_cards_without_a_page_in_between_and_out_with_it(person):
    person.sign_in_at_broker()
    seen: list[str] = []
    person.page.on(
        "response", lambda answer: answer.request.is_navigation_request() and seen.append(str(answer.status))
    )
    person.open_cards()
    assert seen == ["302", "302", "302", "200"]  # to the provider, back to us, to the list: three redirects, no page
    expect(person.page.get_by_text("Signed in to Acme as")).to_contain_text("A. Example")
    expect(person.page.get_by_role("heading", name="No cards yet")).to_be_visible()
    person.check_page()
    person.page.goto(person.stack.site("/account"))
    person.press(person.page.get_by_role("button", name="Sign out").first)
    expect(person.page.get_by_role("link", name="Sign in").first).to_be_visible()
    person.page.goto(person.stack.cards())
    expect(person.page.get_by_role("link", name="Continue with Acme")).to_be_visible()


def test_someone_not_signed_in_gets_one_button_and_then_their_cards_and_another_out_at_both_ends(person):
    person.page.goto(person.stack.cards())
    button = person.page.get_by_role("link", name="Continue with Acme")
    expect(button).to_have_count(1)
    person.check_page()
    person.press(button)
    person.write(person.page.get_by_label("E-mail address"), "alex@acmebroker.example")
    person.write(person.page.get_by_label("Password"), "open sesame")
    person.press(person.page.get_by_role("main").get_by_role("button", name="Sign in"))
    expect(person.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible()
    person.press(person.page.get_by_role("button", name="Sign out"))
    expect(person.page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=20_000)
    person.check_page()
    person.page.goto(person.stack.cards())
    expect(person.page.get_by_role("link", name="Continue with Acme")).to_be_visible()
    person.page.goto(person.stack.site("/account"))
    expect(person.page.get_by_role("main").get_by_role("button", name="Sign in")).to_be_visible()


def test_the_first_card_becomes_the_default_and_a_second_one_can_be_made_it(alex):
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    expect(alex.fields.get_by_label("Card number")).to_be_visible(timeout=20_000)
    alex.check_page()
    alex.page.goto(alex.stack.cards())
    alex.add("4242424242424242")
    expect(alex.page.get_by_role("status").first).to_contain_text("saved")
    (card,) = alex.cards()
    assert "4242" in card
    assert "Expires August 2031" in card
    assert "Default" in card
    alex.check_page()
    alex.add("378282246310005", code="1234")
    alex.press(alex.page.get_by_role("button", name="Make default"))
    expect(alex.page.get_by_role("status").first).to_contain_text("default")
    first, second = alex.cards()
    assert "0005" in first
    assert "Default" in first
    assert "Make default" in second


def test_a_challenge_that_fails_or_is_abandoned_saves_nothing_and_says_so_and_one_that_is_answered_saves(alex):
    problem = alex.page.get_by_role("alert").filter(has_text="Nothing was saved")
    alex.start_adding(ASKS)
    alex.answer_challenge("Fail authentication")
    expect(problem).to_be_visible(timeout=20_000)
    alex.check_page()
    alex.fill_card(ASKS)
    alex.press(alex.page.get_by_role("button", name="Save card"))
    expect(alex.challenge.get_by_role("button", name="Complete authentication")).to_be_visible(timeout=20_000)
    expect(problem).to_be_hidden()  # what was said of the first try
    alex.page.keyboard.press("Escape")
    expect(problem).to_be_visible(timeout=20_000)
    alex.check_page()
    alex.fill_card(ASKS)
    alex.press(alex.page.get_by_role("button", name="Save card"))
    alex.answer_challenge("Complete authentication")
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)
    (card,) = alex.cards()
    assert "3155" in card


@pytest.mark.parametrize(
    ("person", "declined"), [(WAYS[way], DECLINED[way]) for way in WAYS], ids=list(WAYS), indirect=["person"]
)
def test_a_declined_card_is_not_saved_and_the_reason_is_told(alex, declined):
    """Each way of coming here tries two of the reasons: more in one sitting would have to wait."""
    alex.press(alex.page.get_by_role("link", name="Add a card"))
    expect(alex.page.get_by_role("heading", name="Add a card")).to_be_visible()
    alex.tick(alex.page.get_by_role("checkbox"))
    for number, words in declined.items():
        alex.fill_card(number)
        alex.press(alex.page.get_by_role("button", name="Save card"))
        assert "lost" not in said_when(alex, words)
    alex.page.goto(alex.stack.cards())
    expect(alex.page.get_by_role("heading", name="No cards yet")).to_be_visible()


def said_when(person: Person, words: str) -> str:
    """Wait until the page or the form in it says `words`; return what both say then."""
    problem = person.page.get_by_role("alert").filter(has_text="Nothing was saved")
    for _ in range(100):
        expect(problem).to_be_visible(timeout=20_000)
        text = (problem.text_content() or "") + " ".join(person.fields.locator("body").all_inner_texts())
        if words in text.lower():
            return text.lower()
        person.page.wait_for_timeout(200)
    raise AssertionError(f"{words} was not said: {text}")


def test_a_card_is_edited_and_a_wrong_value_is_told_beside_its_field(alex):
    alex.add("5555555555554444")
    alex.press(alex.page.get_by_role("link", name="Edit"))
    alex.check_page()
    alex.write(alex.page.get_by_label("Nickname"), "Card 4444")
    alex.press(alex.page.get_by_role("button", name="Save"))
    expect(alex.page.get_by_role("alert")).to_be_visible()
    expect(alex.page.get_by_label("Nickname")).to_have_attribute("aria-invalid", "true")
    alex.check_page()
    alex.page.goto(alex.stack.cards())
    assert "Card 4444" not in alex.cards()[0]
    alex.press(alex.page.get_by_role("link", name="Edit"))
    alex.write(alex.page.get_by_label("Name on the card"), "Alex Example")
    alex.write(alex.page.get_by_label("Nickname"), "Household")
    alex.press(alex.page.get_by_role("button", name="Save"))
    expect(alex.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible()
    assert "Household" in alex.cards()[0]


def test_a_removed_card_can_be_brought_back(alex):
    alex.add("4242424242424242")
    alex.press(alex.page.get_by_role("link", name="Remove"))
    alex.check_page()
    alex.press(alex.page.get_by_role("button", name="Remove card"))
    expect(alex.page.get_by_role("heading", name="No cards yet")).to_be_visible()
    alex.check_page()
    alex.press(alex.page.get_by_role("button", name="Undo").first)
    expect(alex.page.locator("main > ul.cards > li")).to_have_count(1)
    assert "Default" in alex.cards()[0]


@pytest.mark.parametrize("person", [WAYS["phone"]], ids=["phone"], indirect=True)
def test_the_second_brokers_customer_sees_nothing_of_the_first(alex, another):
    alex.add("4242424242424242")
    another.sign_in_at_broker("sam@harbour.example", "harbour")
    another.open_cards()
    expect(another.page.get_by_role("heading", name="No cards yet")).to_be_visible()
    assert "4242" not in another.page.content()
    another.add("5555555555554444")
    assert ["4444" in card for card in another.cards()] == [True]
    alex.page.reload()
    assert ["4242" in card for card in alex.cards()] == [True]
