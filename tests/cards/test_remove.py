from datetime import timedelta

from imin.ground import clock
from tests.cards.person import text


def path(card) -> str:
    return f"/edit/cards/{card.id}/remove"


def test_removing_is_asked_first_and_names_the_next_default(alex):
    card = alex.card(is_default=True)
    now = clock.now()
    alex.card("amex", "0005", created_at=now - timedelta(days=2))
    alex.card("mastercard", "4444", created_at=now - timedelta(days=1))
    page = alex.get(path(card))
    assert "Which one is your default instead? Mastercard ending in 4444 American Express ending in 0005" in text(page)
    assert "you can bring it back for 24 hours" in text(page)
    assert alex.stored(card).status == "active"


def test_a_single_successor_is_named_and_not_asked_about(alex):
    card = alex.card(is_default=True)
    alex.card("mastercard", "4444")
    assert "Mastercard ending in 4444 becomes your default instead" in text(alex.get(path(card)))


def test_the_only_card_and_expired_others_are_said_to_leave_no_default(alex):
    card = alex.card(is_default=True)
    assert "It is your only card." in text(alex.get(path(card)))
    alex.card(exp_year=clock.now().year - 1)
    assert "they have expired" in text(alex.get(path(card)))


def test_a_removed_card_leaves_the_list_and_can_be_brought_back(alex):
    card = alex.card(is_default=True)
    response = alex.post(path(card), {"version": card.version})
    assert (response.status_code, response["Location"]) == (303, "/edit")
    page = alex.get()
    assert "Your card is removed: Visa ending in 4242. Undo" in text(page)
    assert "Recently removed" in text(page)
    response = alex.post(f"/edit/cards/{card.id}/undo")
    assert response.status_code == 303
    assert "Your card is back: Visa ending in 4242." in text(alex.get())
    assert alex.stored(card).is_default


def test_undo_says_when_the_card_is_the_default_again(alex):
    card = alex.card(is_default=True)
    alex.card("amex", "0005")
    alex.post(path(card), {"version": card.version})
    alex.post(f"/edit/cards/{card.id}/undo")
    assert "Your card is back: Visa ending in 4242. It is your default card again." in text(alex.get())


def test_removing_twice_is_fine(alex):
    card = alex.card()
    assert [alex.post(path(card), {"version": card.version}).status_code for _ in range(2)] == [303, 303]


def test_a_card_that_changed_since_is_shown_again_before_it_goes(alex):
    card = alex.card()
    page = alex.post(path(card), {"version": card.version + 1})
    assert page.status_code == 409
    assert "so it was not removed" in text(page)
    assert f'name="version" value="{card.version}"' in page.content.decode()
    assert alex.stored(card).status == "active"


def test_a_card_that_is_gone_cannot_be_asked_about(alex):
    assert alex.get(path(alex.removed())).status_code == 404


def test_undo_after_a_day_is_told_to_be_too_late(alex):
    response = alex.post(f"/edit/cards/{alex.removed(hours_ago=25).id}/undo")
    assert response.status_code == 410
    assert "You can add it again" in text(response)


def test_making_a_card_the_default_is_said(alex):
    alex.card(last4="0001", is_default=True)
    card = alex.card(last4="0002")
    assert alex.post(f"/edit/cards/{card.id}/default").status_code == 303
    assert "This is now your default card: Visa ending in 0002." in text(alex.get())
    assert alex.stored(card).is_default


def test_an_expired_card_is_refused_as_the_default(alex):
    response = alex.post(f"/edit/cards/{alex.card(exp_year=clock.now().year - 1).id}/default")
    assert response.status_code == 409
    assert "has expired" in text(response)
