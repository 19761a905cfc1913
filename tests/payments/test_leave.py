"""Removing a card that bookings need: they move, or it leaves by itself after the last of them."""

from datetime import timedelta

import pytest

from imin.payments.errors import (
    CardGoneError,
    CardNeededError,
    CardTooShortError,
    ChangedMeanwhileError,
    ExpiredCardError,
)
from tests.payments.shop import AMEX, MASTERCARD, VISA, YEAR, Shop
from tests.payments.test_add import at_once
from tests.payments.test_events import deliver, told

SECOND = timedelta(seconds=1)


def test_a_card_that_a_booking_needs_is_not_removed_without_an_answer(shop: Shop):
    card = shop.saved(VISA)
    shop.book(card)
    with pytest.raises(CardNeededError):
        shop.remove(card)
    assert shop.card(card).status == "active"
    assert shop.effects() == 0


def test_a_booking_that_is_over_keeps_no_card(shop: Shop):
    card = shop.saved(VISA)
    booking = shop.book(card)
    shop.later = booking.until - shop.now + SECOND
    assert shop.remove(card).card.status == "removed"


def test_bookings_move_to_the_chosen_card_and_stay_there_after_undo(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.book(card)
    removed = shop.remove(card, bookings_to=other)
    assert (removed.next_default.id, shop.needing(other)) == (other.id, ["order-1"])
    back = shop.undo(card)
    assert (back.is_default, shop.needing(back), shop.needing(other)) == (True, [], ["order-1"])


def test_bookings_do_not_move_to_a_card_that_cannot_pay_for_them(shop: Shop):
    card, short = shop.saved(VISA), shop.saved(MASTERCARD, exp_month=1, exp_year=YEAR - 2)
    shop.book(card, days=(short.valid_until - shop.now).days + 2)
    for wrong, error in ((short, CardTooShortError), (card, CardGoneError)):
        with pytest.raises(error):
            shop.remove(card, bookings_to=wrong)
    assert (shop.card(card).status, shop.needing(card)) == ("active", ["order-1"])


def test_the_customer_says_which_card_is_the_default_next(shop: Shop):
    card, other, newest = shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)
    assert shop.remove(card, next_default=other).next_default.id == other.id
    assert not shop.card(newest).is_default
    assert shop.undo(card).is_default


def test_an_expired_or_missing_card_cannot_be_chosen_as_the_next_default(shop: Shop):
    card, short = shop.saved(VISA), shop.saved(MASTERCARD, exp_month=1, exp_year=YEAR - 2)
    with pytest.raises(CardGoneError):
        shop.remove(card, next_default=card)
    shop.later = short.valid_until - shop.now
    with pytest.raises(ExpiredCardError):
        shop.remove(card, next_default=short)
    assert shop.card(card).is_default


def test_a_card_leaves_after_the_last_booking_that_needs_it(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.book(card)
    last = shop.book(card, days=40, reference="order-2")
    left = shop.leave(card)
    assert (left.leaves_at, left.status, left.is_default) == (last.until, "active", False)
    assert shop.card(other).is_default
    shop.later = last.until - shop.now - 2 * SECOND
    shop.work()
    assert shop.card(card).status == "active"
    shop.later += 3 * SECOND
    shop.work()
    gone = shop.card(card)
    assert (gone.status, gone.leaves_at) == ("removed", None)
    assert shop.undo(card).is_default  # it was, and nothing was chosen since
    assert shop.differences() == []


def test_the_only_card_stays_the_default_until_it_leaves(shop: Shop):
    card = shop.saved(VISA)
    booking = shop.book(card)
    assert shop.leave(card).is_default
    new = shop.saved(MASTERCARD)
    assert shop.card(new).is_default  # a card that stays goes before one that leaves
    shop.later = booking.until - shop.now + SECOND
    shop.work()
    assert [one.id for one in shop.cards()] == [new.id]


def test_a_card_that_was_to_leave_can_stay_and_is_the_default_again(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    booking = shop.book(card)
    shop.leave(card, next_default=other)
    for _ in range(2):
        stays = shop.stay(card)
        assert (stays.leaves_at, stays.is_default) == (None, True)
    shop.later = booking.until - shop.now + SECOND
    shop.work()
    assert shop.card(card).status == "active"


def test_a_default_that_was_chosen_meanwhile_is_kept(shop: Shop):
    card, other, third = shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)
    shop.book(card)
    shop.leave(card, next_default=other)
    shop.make_default(third)
    assert not shop.stay(card).is_default
    assert shop.card(third).is_default


def test_who_had_the_default_only_because_another_left_loses_the_claim_to_it(shop: Shop):
    card, other, third = shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)
    shop.book(card)
    shop.leave(card, next_default=other)
    shop.remove(shop.card(other), next_default=third)
    assert shop.stay(card).is_default
    assert not shop.undo(other).is_default


def test_making_it_the_default_or_adding_it_again_keeps_it(shop: Shop):
    card = shop.saved(VISA)
    shop.saved(MASTERCARD)
    shop.book(card)
    shop.leave(card)
    assert shop.make_default(shop.card(card)).leaves_at is None
    shop.leave(shop.card(card))
    assert shop.add(VISA).card.leaves_at is None


def test_a_booking_that_comes_later_keeps_it_longer(shop: Shop):
    card = shop.saved(VISA)
    first = shop.book(card)
    shop.leave(card)
    later = shop.book(shop.card(card), days=50, reference="order-2")
    assert shop.card(card).leaves_at == later.until
    shop.later = first.until - shop.now + SECOND
    shop.work()
    assert shop.card(card).status == "active"


def test_without_a_booking_it_leaves_at_once(shop: Shop):
    card = shop.saved(VISA)
    assert shop.leave(card).status == "removed"
    assert shop.undo(card).is_default


def test_leaving_twice_is_harmless_and_an_older_form_is_refused(shop: Shop):
    card = shop.saved(VISA)
    shop.book(card)
    old = shop.card(card)
    shop.edit(card, nickname="Daily")
    with pytest.raises(ChangedMeanwhileError):
        shop.leave(old)
    now = shop.card(card)
    assert shop.leave(now).version == shop.leave(now).version


def test_a_card_that_is_gone_can_neither_leave_nor_stay(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    for verb in (shop.leave, shop.stay):
        with pytest.raises(CardGoneError):
            verb(card)


def test_a_withdrawn_card_leaves_no_more(shop: Shop):
    card = shop.saved(VISA)
    booking = shop.book(card)
    shop.leave(card)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    deliver(*told(shop, "payment_method.detached"))
    shop.work()
    gone = shop.card(card)
    assert (gone.status, gone.leaves_at, gone.withdrawn_at is None) == ("detached", None, False)
    shop.later = booking.until - shop.now + SECOND
    shop.work()
    assert shop.card(card).status == "detached"


def test_leaving_booking_and_staying_at_the_same_moment_end_in_one_of_their_orders(shop: Shop):
    card = shop.saved(VISA)
    booking = shop.book(card)
    shop.leave(card)
    shop.later = booking.until - shop.now + SECOND

    def book() -> bool:
        try:
            return bool(shop.book(card, reference="order-2"))
        except CardGoneError:
            return False

    _, _, placed = at_once(shop.work, shop.work, book)
    assert shop.card(card).status == ("active" if placed else "removed")
    assert shop.needing(card) == (["order-2"] if placed else [])
