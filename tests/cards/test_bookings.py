"""Bookings that need a card, on the pages: where they are told, what is asked of them, and the ways on."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from imin.cards.days import near
from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.expiry import end_of_day
from imin.payments.models import Card, CardBooking
from tests.cards.person import Person, text

TITLE = "Badminton, court 2"


def book(person: Person, card: Card, days: int = 24, title: str = TITLE, **values) -> CardBooking:
    now = clock.now()
    day = (now + timedelta(days=days)).date()
    with as_owner():
        return CardBooking.objects.create(
            broker_id=person.tenant.broker_id,
            customer_id=person.customer_id,
            card=card,
            **{
                "reference": title,
                "title": title,
                "day": day,
                "until": end_of_day(day),
                "placed_at": now,
                "changed_at": now,
                **values,
            },
        )


def said(day: date) -> str:
    return f"{day.day} {day:%B}" if day.year == clock.now().year else f"{day.day} {day:%B} {day.year}"


def ending(last_month: date) -> dict[str, int]:
    return {"exp_month": last_month.month, "exp_year": last_month.year}


# ── the list ──


def test_the_list_says_what_a_card_pays_for(alex):
    card = alex.card()
    first = book(alex, card)
    assert f"Pays for your booking on {said(first.day)}" in text(alex.get())
    book(alex, card, days=40, title="Yoga")
    assert f"Pays for your bookings, the next on {said(first.day)}" in text(alex.get())


def test_what_is_over_or_released_is_not_told(alex):
    card = alex.card()
    book(alex, card, days=-3)
    book(alex, card, title="Yoga", released_at=clock.now())
    assert "Pays for" not in text(alex.get())


@pytest.mark.parametrize(
    "page", ["/edit", "/edit/cards/{card}", "/edit/cards/{card}/remove", "/edit/cards/{card}/replace"]
)
def test_a_card_that_expires_before_its_booking_says_so_wherever_it_is_shown(sam, page):
    month_after_next = clock.now().date().replace(day=1) + timedelta(days=40)
    card = sam.card(**ending(month_after_next))
    booking = book(sam, card, days=100)
    shown = text(sam.get(page.format(card=card.id)))
    assert f"Expires before your booking on {said(booking.day)}" in shown


def test_a_card_that_lasts_says_nothing_of_the_kind(alex):
    book(alex, alex.card())
    assert "Expires before" not in text(alex.get())


def test_an_expired_card_says_that_its_booking_needs_another(alex):
    card = alex.card(exp_year=clock.now().year - 1)
    booking = book(alex, card)
    page = alex.get()
    assert f"Expired Your booking on {said(booking.day)} needs another card" in text(page)
    assert f"/edit/cards/{card.id}/replace" in page.content.decode()


def test_the_day_of_another_year_is_told_with_its_year(alex):
    day = date(clock.now().year + 2, 6, 3)
    book(alex, alex.card(exp_year=day.year + 2), day=day, until=end_of_day(day))
    assert f"Pays for your booking on 3 June {day.year}" in text(alex.get())
    with translation.override("cy"):
        assert near(date(2027, 12, 2), datetime(2027, 1, 1, tzinfo=UTC)) == "2 Rhagfyr"


def test_what_the_bank_changed_is_told_for_a_month(alex):
    now = clock.now()
    alex.card(last4="0001", bank_updated_at=now - timedelta(days=2))
    alex.card(last4="0002", bank_updated_at=now - timedelta(days=31))
    told = re.findall(r"Updated by your bank on (\d+ \w+(?: \d{4})?)", text(alex.get()))
    assert told == [said((now - timedelta(days=2)).date())]


# ── a card that is gone ──


def test_a_booking_whose_card_was_withdrawn_is_told_with_ways_on(alex):
    gone = alex.card(status=Card.Status.DETACHED, withdrawn_at=clock.now())
    booking = book(alex, gone)
    page = alex.get()
    assert f"“{TITLE}” on {said(booking.day)} has no card" in text(page)
    assert "Visa ending in 4242 was meant to pay for it" in text(page)
    assert f'href="/edit/cards/{gone.id}/replace"' in page.content.decode()
    assert f'href="/edit/bookings/{booking.id}"' not in page.content.decode()  # there is no other card
    alex.card(last4="0001")
    assert f'href="/edit/bookings/{booking.id}"' in alex.get().content.decode()


def test_another_card_is_chosen_for_such_a_booking(alex):
    gone = alex.card(status=Card.Status.DETACHED, withdrawn_at=clock.now())
    booking, card = book(alex, gone), alex.card("mastercard", "4444", nickname="Daily")
    address = f"/edit/bookings/{booking.id}"
    page = text(alex.get(address))
    assert "is not there any more" in page
    assert "Mastercard ending in 4444 · Daily · Expires" in page
    assert alex.post(address, {"card": str(card.id)}).status_code == 303
    page = text(alex.get())
    assert f"Mastercard ending in 4444 now pays for {TITLE}." in page
    assert "has no card" not in page


def test_only_cards_that_are_valid_then_are_offered_and_taken(alex):
    card, short = alex.card(), alex.card(last4="0001", **ending(clock.now().date()))
    leaving = alex.card(last4="0002", leaves_at=clock.now() + timedelta(days=90), leaving_since=clock.now())
    booking = book(alex, card, days=70)
    address = f"/edit/bookings/{booking.id}"
    page = alex.get(address)
    assert "None of your other cards is valid for long enough" in text(page)
    assert not any(str(one.id) in page.content.decode() for one in (short, leaving))
    refused = alex.post(address, {"card": str(short.id)})
    assert refused.status_code == 409
    assert "expires before the booking" in text(refused)


def test_nothing_chosen_and_nonsense_chosen(alex):
    booking = book(alex, alex.card())
    alex.card(last4="0001")
    address = f"/edit/bookings/{booking.id}"
    unchosen = alex.post(address)
    assert (unchosen.status_code, "Please choose a card." in text(unchosen)) == (422, True)
    assert alex.post(address, {"card": "x"}).status_code == 400
    assert alex.get("/edit/bookings/00000000-0000-0000-0000-000000000007").status_code == 404
    with as_owner():
        CardBooking.objects.update(released_at=clock.now())
    assert alex.post(address, {"card": str(booking.card_id)}).status_code == 404


# ── removing ──


def removal(card: Card) -> str:
    return f"/edit/cards/{card.id}/remove"


def test_removing_lists_the_bookings_and_asks_what_becomes_of_them(alex):
    card, other = alex.card(is_default=True), alex.card("mastercard", "4444")
    booking = book(alex, card)
    page = alex.get(removal(card))
    assert f"<bdi>{TITLE}</bdi>, <bdi>{said(booking.day)}</bdi>" in page.content.decode()
    assert "Which card pays instead? Mastercard ending in 4444" in text(page)
    assert f"None: keep this card until then, and remove it after {said(booking.day)}" in text(page)
    assert not re.search(r'name="bookings"[^>]*checked', page.content.decode())  # the person says, not we
    assert "Once the card is removed, you can bring it back for 24 hours" in text(page)
    assert "Remove card" not in text(page)  # it may stay: the button is true of each answer
    rtl = alex.get(f"{removal(card)}?language=ar").content.decode()
    assert f"<bdi>{TITLE}</bdi>\u2069، \u2068<bdi>{booking.day.day} " in rtl
    assert f"<bdi>{TITLE}</bdi>\u2069، \u2068<bdi>" in alex.get(f"/edit/bookings/{booking.id}").content.decode()
    assert alex.stored(other).status == "active"


def test_without_an_answer_nothing_is_removed(alex):
    card = alex.card()
    book(alex, card)
    page = alex.post(removal(card), {"version": card.version})
    assert page.status_code == 409
    assert "Please choose what happens to them" in text(page)
    assert alex.stored(card).status == "active"


def test_the_chosen_card_takes_over(alex):
    card, other = alex.card(is_default=True), alex.card("mastercard", "4444")
    booking = book(alex, card)
    assert alex.post(removal(card), {"version": card.version, "bookings": str(other.id)}).status_code == 303
    page = text(alex.get())
    assert "Your card is removed: Visa ending in 4242. Mastercard ending in 4444 now pays for its booking." in page
    assert f"Pays for your booking on {said(booking.day)}" in page
    assert alex.stored(other).is_default


def test_a_card_that_is_to_leave_later_says_so_and_can_be_kept(alex):
    card = alex.card(is_default=True)
    booking = book(alex, card)
    assert alex.post(removal(card), {"version": card.version, "bookings": "later"}).status_code == 303
    page = alex.get()
    assert "is removed after the last of them: Visa ending in 4242." in text(page)
    assert f"Will be removed after {said(booking.day)}" in text(page)
    keep = f"/edit/cards/{card.id}/keep"
    assert f'formaction="{keep}"' in page.content.decode()
    assert alex.post(keep).status_code == 303
    page = text(alex.get())
    assert "Your card stays: Visa ending in 4242." in page
    assert "Will be removed" not in page


def test_a_card_that_cannot_take_over_is_not_offered_and_the_page_says_why(alex):
    card = alex.card()
    book(alex, card, days=70)
    assert "You have no other card that could take over." in text(alex.get(removal(card)))
    alex.card(last4="0001", **ending(clock.now().date()))
    page = alex.get(removal(card))
    assert "none is valid for long enough" in text(page)
    assert f"/edit/cards/{card.id}/replace" in page.content.decode()


def test_a_default_with_several_successors_asks_for_one(alex):
    card = alex.card(is_default=True)
    older, newer = (
        alex.card("amex", "0005", created_at=clock.now() - timedelta(days=2)),
        alex.card("mastercard", "4444"),
    )
    page = alex.get(removal(card)).content.decode()
    assert "Which one is your default instead?" in page
    assert re.search(rf'value="{newer.id}" checked', page)
    alex.post(removal(card), {"version": card.version, "next_default": str(older.id)})
    assert alex.stored(older).is_default
    assert "Your default card is now American Express ending in 0005. Undo" in text(alex.get())


# ── replacing ──


def test_the_replace_page_says_what_moves_and_what_becomes_of_the_old_card(sam):
    card = sam.card(is_default=True, nickname="Daily")
    booking = book(sam, card)
    page = sam.get(f"/edit/cards/{card.id}/replace")
    shown = text(page)
    for words in ("Replace Visa ending in 4242", "It is your default card.", "It is called “Daily”.", TITLE):
        assert words in shown
    assert said(booking.day) in shown
    assert "You can bring it back for 24 hours" in shown
    assert f'action="/edit/cards/{card.id}/replace"' in page.content.decode()


def test_a_card_that_is_gone_without_a_booking_cannot_be_replaced(sam):
    gone = sam.card(status=Card.Status.DETACHED)
    assert sam.get(f"/edit/cards/{gone.id}/replace").status_code == 404
    book(sam, gone)
    page = sam.get(f"/edit/cards/{gone.id}/replace")
    assert page.status_code == 200
    assert "The old card is removed" not in text(page)


def test_replacing_from_the_page_moves_everything_and_says_so(sam, shop):
    old = shop.edit(shop.saved(), nickname="Daily")
    shop.book(old)
    begun = sam.ask(f"/edit/cards/{old.id}/replace", {"attempt": "0" * 32, "consent": True}).json()
    from tests.payments.shop import OTHER_VISA, Begun

    setup_id = begun["return_url"].rpartition("/")[2]
    shop.confirm(Begun(setup_id, begun["client_secret"]), OTHER_VISA)
    assert sam.get(f"/edit/cards/add/{setup_id}").status_code == 303
    page = text(sam.get())
    assert "Your new card is saved: Visa ending in 5556. It takes the place of the old one" in page
    assert "ending in 5556 Daily" in page
    assert "Recently removed" in page


def test_a_declined_replacement_leads_back_to_the_replace_form(sam, shop):
    old = shop.saved()
    begun = sam.ask(f"/edit/cards/{old.id}/replace", {"attempt": "0" * 32, "consent": True}).json()
    page = sam.get("/edit/cards/add/" + begun["return_url"].rpartition("/")[2])
    assert "Replace Visa ending in 4242" in text(page)
    assert f'action="/edit/cards/{old.id}/replace"' in page.content.decode()


def test_a_replacement_of_a_card_that_is_gone_is_refused_to_the_script(sam, shop):
    old = shop.saved()
    shop.remove(old)
    answer = sam.ask(f"/edit/cards/{old.id}/replace", {"attempt": "0" * 32, "consent": True})
    assert (answer.status_code, answer.json()["type"]) == (404, "CardGoneError")


# ── right to the hour ──


def test_expiry_is_told_right_to_the_hour(alex):
    card = Card(exp_month=5, exp_year=2027, brand="visa", last4="4242")
    from imin.cards.wording import shown

    for at, words in (
        ("2027-04-30T23:59:59Z", []),
        ("2027-05-01T00:00:00Z", ["Expires this month"]),
        ("2027-06-01T11:59:59Z", ["Expires this month"]),
        ("2027-06-01T12:00:00Z", ["Expired"]),
    ):
        assert [badge.words for badge in shown(card, datetime.fromisoformat(at)).badges] == words
