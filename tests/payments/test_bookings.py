"""Bookings that need a card: placed, moved and released, one decision after the other."""

from datetime import date, datetime, timedelta

import pytest

from imin.brokers.acting import acting
from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.payments.bookings.by_hand import NotFoundByHandError, customer_named, place_by_hand, upcoming_of
from imin.payments.bookings.move import move
from imin.payments.bookings.place import place, release
from imin.payments.errors import BookingGoneError, CardGoneError, CardTooShortError, ExpiredCardError
from imin.payments.expiry import end_of_day
from imin.payments.models import Card, CardBooking
from tests.payments.shop import AMEX, MASTERCARD, VISA, YEAR, Shop, another_customer, shop_for
from tests.payments.test_add import at_once


def test_a_booking_needs_its_card_until_its_day_has_ended_everywhere(shop: Shop):
    card = shop.saved(VISA)
    booking = shop.book(card)
    assert shop.needing(card) == ["order-1"]
    shop.later = booking.until - shop.now - timedelta(seconds=2)
    assert shop.needing(card) == ["order-1"]
    shop.later += timedelta(seconds=3)
    assert shop.needing(card) == []


def test_the_end_of_a_day_is_that_of_the_last_place_on_earth():
    assert end_of_day(date(2027, 6, 3)).isoformat() == "2027-06-04T12:00:00+00:00"


def test_placing_twice_is_placing_once_and_brings_the_words_up_to_date(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    first = shop.book(card)
    assert shop.book(card) == first
    later = place(**shop.whose, card_id=other.id, needed=shop.needed(30, title="Squash"), now=shop.now)
    assert (later.id, later.card_id, later.title) == (first.id, card.id, "Squash")
    assert later.until > first.until


def test_a_released_booking_needs_nothing_and_stays_released(shop: Shop):
    card = shop.saved(VISA)
    shop.book(card)
    one = release(**shop.whose, reference="order-1", now=shop.now)
    two = release(**shop.whose, reference="order-1", now=shop.now)
    assert one.released_at == two.released_at is not None
    assert shop.book(card).released_at
    assert shop.needing(card) == []
    assert release(**shop.whose, reference="unheard-of", now=shop.now) is None


def test_no_booking_is_placed_on_a_card_that_is_gone_or_expired(shop: Shop):
    card = shop.saved(VISA)
    stranger = another_customer(shop)
    with pytest.raises(CardGoneError):
        stranger.book(card)
    shop.remove(card)
    with pytest.raises(CardGoneError):
        shop.book(card)
    shop.undo(card)
    shop.later = timedelta(days=366 * 4)
    with pytest.raises(ExpiredCardError):
        shop.book(card)


def test_a_booking_moves_to_a_card_that_is_valid_then(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    booking = shop.book(card)
    for _ in range(2):
        moved = move(**shop.whose, booking_id=booking.id, card_id=other.id, now=shop.now)
        assert moved.card_id == other.id
    assert (shop.needing(card), shop.needing(other)) == ([], ["order-1"])


def test_a_booking_does_not_move_to_a_card_that_expires_before_it(shop: Shop):
    card, short = shop.saved(VISA), shop.saved(MASTERCARD, exp_month=1, exp_year=YEAR - 2)
    lasting = shop.book(card, days=(short.valid_until - shop.now).days - 4)
    late = shop.book(card, days=(short.valid_until - shop.now).days + 1, reference="order-2")
    assert move(**shop.whose, booking_id=lasting.id, card_id=short.id, now=shop.now).card_id == short.id
    with pytest.raises(CardTooShortError) as refusal:
        move(**shop.whose, booking_id=late.id, card_id=short.id, now=shop.now)
    assert refusal.value.booking == late


def test_validity_is_right_to_the_hour(shop: Shop):
    card = Card(exp_month=5, exp_year=2027)
    assert card.lasts_until(datetime.fromisoformat("2027-06-01T11:59:59Z"))
    assert not card.lasts_until(datetime.fromisoformat("2027-06-01T12:00:00Z"))


def test_what_needs_no_card_any_more_cannot_be_moved(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    booking = shop.book(card)
    with pytest.raises(CardGoneError):
        move(**shop.whose, booking_id=booking.id, card_id=booking.id, now=shop.now)
    stranger = another_customer(shop)
    with pytest.raises(BookingGoneError):
        move(**stranger.whose, booking_id=booking.id, card_id=other.id, now=shop.now)
    release(**shop.whose, reference="order-1", now=shop.now)
    with pytest.raises(BookingGoneError):
        move(**shop.whose, booking_id=booking.id, card_id=other.id, now=shop.now)


def test_placing_at_the_same_moment_is_placing_once(shop: Shop):
    card = shop.saved(VISA)
    answers = at_once(*[lambda: shop.book(card)] * 4)
    assert {answer.id for answer in answers} == {answers[0].id}
    assert shop.needing(card) == ["order-1"]


def test_another_customers_and_another_brokers_bookings_are_not_seen(shop: Shop):
    card = shop.saved(VISA)
    shop.book(card)
    with acting(shop.tenant.broker_id, another_customer(shop).customer_id):
        assert list(CardBooking.objects.all()) == []
    stranger = shop_for(shop.pay, "harbour")
    with acting(stranger.tenant.broker_id, "*"):
        assert list(CardBooking.objects.all()) == []


def test_by_hand_people_and_cards_are_named_in_words(shop: Shop):
    card = shop.saved(VISA)
    shop.saved(AMEX)
    with as_owner():
        known = customer_named("acmebroker", Customer.objects.get(id=shop.customer_id).identifier)
        assert place_by_hand(customer=known, last4="", needed=shop.needed(), now=shop.now).card_id == card.id
        assert [booking.reference for booking in upcoming_of("acmebroker", shop.now)] == ["order-1"]
        with pytest.raises(NotFoundByHandError, match="kim") as nobody:
            customer_named("acmebroker", "kim")
        with pytest.raises(NotFoundByHandError) as nothing:
            place_by_hand(customer=known, last4="9999", needed=shop.needed(), now=shop.now)
    assert nobody.value.message == "No Customer of acmebroker: kim."
    assert nothing.value.message == "0 saved cards of this Customer end in 9999."
