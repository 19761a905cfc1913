"""“My bank sent me a new card”: everything that the old one was for moves in one transaction, or nothing does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from imin.brokers.acting import acting
from imin.payments.errors import CardGoneError, TooManyCardsError
from imin.payments.models import UNDO_PERIOD, Card
from tests.payments.shop import AMEX, MASTERCARD, OTHER_VISA, VISA, YEAR, Shop, another_customer, shop_for
from tests.payments.test_add import at_once
from tests.payments.test_events import SETUP_EVENTS, deliver, told
from tests.payments.test_failures import refusing


def test_default_nickname_and_bookings_move_to_the_new_card(shop: Shop):
    old = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.saved(MASTERCARD)
    shop.book(old)
    shop.book(old, days=40, reference="order-2")
    replaced = shop.replace(old, OTHER_VISA)
    new = shop.card(replaced.card)
    assert (replaced.outcome, new.nickname, new.is_default) == ("replaced", "Daily", True)
    assert shop.needing(new) == ["order-1", "order-2"]
    assert shop.needing(old) == []
    gone = shop.card(old)
    assert (gone.status, gone.nickname, gone.is_default, gone.was_default) == ("removed", "", False, False)
    assert shop.cards()[0].id == new.id


def test_what_the_old_card_did_not_have_is_not_taken_from_others(shop: Shop):
    default, old = shop.saved(MASTERCARD), shop.saved(VISA)
    shop.book(default)
    new = shop.replace(old, OTHER_VISA).card
    assert [(card.id, card.is_default) for card in shop.cards()] == [(default.id, True), (new.id, False)]
    assert shop.needing(default) == ["order-1"]


def test_the_old_card_can_be_brought_back_for_a_day_as_one_that_nothing_needs(shop: Shop):
    old = shop.saved(VISA)
    shop.book(old)
    new = shop.replace(old, OTHER_VISA).card
    back = shop.undo(old)
    assert (back.status, back.is_default) == ("active", False)
    assert (shop.needing(back), shop.needing(new)) == ([], ["order-1"])
    assert shop.card(new).is_default


def test_after_a_day_the_old_card_is_given_up_at_the_payment_service(shop: Shop):
    old = shop.saved(VISA)
    new = shop.replace(old, OTHER_VISA).card
    shop.work()
    assert sorted(shop.attached()) == sorted([old.reference, new.reference])
    shop.later = UNDO_PERIOD + timedelta(seconds=1)
    shop.work()
    assert shop.attached() == [new.reference]
    assert shop.differences() == []


@pytest.mark.parametrize(("more", "outcome"), [({"exp_year": YEAR + 2}, "renewed"), ({}, "identical")])
def test_the_same_number_is_the_same_card_and_keeps_everything(shop: Shop, more, outcome):
    old = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.book(old)
    answer = shop.replace(old, VISA, **more)
    assert (answer.outcome, answer.card) == (outcome, old)
    [card] = shop.cards()
    assert (card.nickname, card.is_default, shop.needing(card)) == ("Daily", True, ["order-1"])
    shop.work()
    assert shop.attached() == [card.reference]
    assert shop.differences() == []


def test_a_card_that_is_saved_already_can_take_the_place_of_another(shop: Shop):
    other = shop.edit(shop.saved(MASTERCARD), nickname="Mine")
    old = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.book(old)
    answer = shop.replace(old, MASTERCARD)
    assert (answer.outcome, answer.card.id, answer.card.nickname) == ("replaced", other.id, "Mine")
    assert shop.needing(other) == ["order-1"]
    assert [card.id for card in shop.cards()] == [other.id]
    assert shop.card(old).nickname == "Daily"


def test_a_full_list_has_room_for_a_replacement_and_for_nothing_else(pay, database):
    shop = shop_for(pay, max_cards=2)
    old = shop.saved(VISA)
    shop.saved(MASTERCARD)
    with pytest.raises(TooManyCardsError):
        shop.begin()
    assert shop.replace(old, OTHER_VISA).outcome == "replaced"
    assert len(shop.cards()) == 2


def test_a_card_that_goes_before_the_new_one_is_there_leaves_the_new_one_to_itself(shop: Shop):
    old, other = shop.saved(VISA), shop.saved(AMEX)
    shop.book(old)
    begun = shop.begin(replaces=old)
    shop.confirm(begun, OTHER_VISA)
    shop.remove(old, bookings_to=other)
    answer = shop.finish(begun)
    assert answer.outcome == "new"
    assert shop.needing(other) == ["order-1"]
    assert shop.card(old).status == "removed"


def test_what_is_gone_or_somebody_elses_cannot_be_replaced(shop: Shop):
    old = shop.saved(VISA)
    with pytest.raises(CardGoneError):
        another_customer(shop).begin(replaces=old)
    shop.remove(old)
    with pytest.raises(CardGoneError):
        shop.begin(replaces=old)


def test_a_card_that_the_bank_withdrew_is_replaced_while_a_booking_needs_it(shop: Shop):
    old = shop.saved(VISA)
    shop.book(old)
    shop.pay.control("cards/detach", payment_method=old.reference).raise_for_status()
    deliver(*told(shop, "payment_method.detached"))
    shop.work()
    assert shop.needing(old) == ["order-1"]
    new = shop.replace(old, OTHER_VISA).card
    assert shop.needing(new) == ["order-1"]
    with pytest.raises(CardGoneError):
        shop.begin(replaces=old)
    assert shop.differences() == []


def test_a_card_that_was_to_leave_is_replaced_at_once(shop: Shop):
    old = shop.saved(VISA)
    shop.saved(MASTERCARD)
    shop.book(old)
    shop.leave(old)
    new = shop.replace(old, OTHER_VISA).card
    assert (shop.card(old).status, shop.card(old).leaves_at, shop.needing(new)) == ("removed", None, ["order-1"])


# ── at the same moment ──


def test_page_webhook_and_sweep_at_once_replace_once(shop: Shop):
    old = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.book(old)
    begun = shop.begin(replaces=old)
    shop.confirm(begun, OTHER_VISA)
    deliver(*told(shop, *SETUP_EVENTS))
    shop.later = timedelta(minutes=3)
    answers = at_once(lambda: shop.finish(begun), shop.work, lambda: shop.finish(begun), shop.work)
    [card] = shop.cards()
    assert {answer.card.id for answer in answers if answer} == {card.id}
    assert {answer.outcome for answer in answers if answer} == {"replaced"}
    assert (card.nickname, shop.needing(card)) == ("Daily", ["order-1"])
    assert len(shop.removed()) == 1
    shop.later += timedelta(minutes=1)
    shop.work()
    assert shop.differences() == []


def test_two_tabs_that_replace_the_same_card_at_once_lose_nothing(shop: Shop):
    old = shop.saved(VISA)
    shop.book(old)
    begun = [shop.begin(replaces=old), shop.begin(replaces=old)]
    shop.confirm(begun[0], OTHER_VISA)
    shop.confirm(begun[1], AMEX)
    answers = at_once(lambda: shop.finish(begun[0]), lambda: shop.finish(begun[1]))
    assert sorted(answer.outcome for answer in answers) == ["new", "replaced"]
    taking = next(answer.card for answer in answers if answer.outcome == "replaced")
    assert shop.needing(taking) == ["order-1"]
    assert [card.is_default for card in shop.cards()].count(True) == 1
    assert shop.card(taking).is_default


def test_a_booking_that_is_placed_at_that_very_moment_is_on_one_of_the_two(shop: Shop):
    old = shop.saved(VISA)
    begun = shop.begin(replaces=old)
    shop.confirm(begun, OTHER_VISA)

    def book() -> bool:
        try:
            return bool(shop.book(old))
        except CardGoneError:
            return False

    answer, placed = at_once(lambda: shop.finish(begun), book)
    assert shop.needing(answer.card) == (["order-1"] if placed else [])
    assert shop.needing(old) == []


def test_a_crash_between_verifying_and_replacing_leaves_the_old_card_whole(shop: Shop):
    old = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.book(old)
    begun = shop.begin(replaces=old)
    shop.confirm(begun, OTHER_VISA)
    with refusing("status <> 'saved' OR replaces_id IS NULL"), pytest.raises(IntegrityError):
        shop.finish(begun)
    kept = shop.card(old)
    assert (kept.status, kept.nickname, kept.is_default, shop.needing(kept)) == ("active", "Daily", True, ["order-1"])
    shop.later = timedelta(minutes=3)
    shop.work()
    [card] = shop.cards()
    assert (card.nickname, shop.needing(card)) == ("Daily", ["order-1"])
    assert shop.differences() == []


def test_an_expired_card_is_replaced_too(shop: Shop):
    old = shop.saved(VISA)
    with acting(shop.tenant.broker_id, shop.customer_id):
        Card.objects.filter(id=old.id).update(exp_year=2020)
    new = shop.replace(old, OTHER_VISA).card
    assert [(card.id, card.is_default) for card in shop.cards()] == [(new.id, True)]


def test_the_same_form_sent_twice_replaces_once(shop: Shop):
    old = shop.saved(VISA)
    attempt = uuid4()
    one, other = at_once(*[lambda: shop.begin(attempt, replaces=old)] * 2)
    assert one == other
