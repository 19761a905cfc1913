from datetime import timedelta

import pytest

from imin.brokers.acting import acting
from imin.payments.errors import (
    CardGoneError,
    ChangedMeanwhileError,
    ExpiredCardError,
    TooManyCardsError,
    UndoTooLateError,
)
from imin.payments.models import UNDO_PERIOD, Card
from imin.payments.remove import next_default
from tests.payments.shop import AMEX, MASTERCARD, OTHER_VISA, VISA, Shop, another_customer, shop_for
from tests.payments.test_add import at_once

SECOND = timedelta(seconds=1)


def test_a_removed_card_is_gone_from_the_list_and_can_come_back(shop: Shop):
    card = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.remove(card)
    assert shop.cards() == []
    assert shop.removed() == [card]
    back = shop.undo(card)
    assert (back.nickname, back.is_default, back.reference) == ("Daily", True, card.reference)
    assert shop.cards() == [card]


def test_after_the_undo_period_it_is_detached_for_good(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.later = UNDO_PERIOD - SECOND
    shop.work()
    assert shop.attached() == [card.reference]
    shop.later = UNDO_PERIOD + SECOND
    assert shop.removed() == []
    with pytest.raises(UndoTooLateError):
        shop.undo(card)
    shop.work()
    assert shop.attached() == []
    assert shop.card(card).status == "detached"
    with pytest.raises(UndoTooLateError):
        shop.undo(card)
    assert shop.differences() == []


def test_undo_makes_the_stored_detaching_void(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.undo(card)
    shop.later = UNDO_PERIOD * 2
    shop.work()
    assert shop.effects() == 0
    assert shop.attached() == [card.reference]
    assert shop.card(card).status == "active"


def test_removed_undone_and_removed_again_counts_from_the_second_time(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    back = shop.undo(card)
    shop.later = timedelta(hours=20)
    shop.remove(back)
    shop.later = timedelta(hours=30)
    shop.work()
    assert shop.undo(card).status == "active"


def test_removing_twice_and_undoing_twice_is_harmless(shop: Shop):
    card = shop.saved(VISA)
    first, second = shop.remove(card), shop.remove(card)
    assert first.card.version == second.card.version
    assert shop.effects() == 1
    assert shop.undo(card).version == shop.undo(card).version


def test_removing_at_the_same_moment_from_two_tabs(shop: Shop):
    card = shop.saved(VISA)
    answers = at_once(*[lambda: shop.remove(card)] * 3)
    assert [answer.card.status for answer in answers] == ["removed"] * 3
    assert shop.effects() == 1


def test_the_newest_usable_card_takes_over_from_a_removed_default(shop: Shop):
    first, second, newest = shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)
    with acting(shop.tenant.broker_id, shop.customer_id):
        Card.objects.filter(id=newest.id).update(exp_year=2020)
    foretold = next_default(shop.cards(), shop.card(first), shop.now)
    removed = shop.remove(first)
    assert removed.next_default == foretold == second
    assert [card.is_default for card in shop.cards()] == [True, False]


def test_removing_another_card_leaves_the_default(shop: Shop):
    first, second = shop.saved(VISA), shop.saved(MASTERCARD)
    assert next_default(shop.cards(), second, shop.now) == first
    assert shop.remove(second).next_default == first


def test_undo_gives_the_default_back(shop: Shop):
    first, second = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.remove(first)
    assert shop.undo(first).is_default
    assert not shop.card(second).is_default


def test_undo_does_not_take_the_default_from_a_card_that_was_chosen_since(shop: Shop):
    first, second = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.remove(first)
    shop.make_default(second)  # it is already; now the Customer has said so
    assert not shop.undo(first).is_default
    assert shop.card(second).is_default


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_after_every_undo_the_first_default_is_the_default_again(shop: Shop, order):
    cards = [shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)]
    shop.remove(cards[0])
    second = shop.cards()[0]
    shop.remove(second)
    for which in order:
        shop.undo([cards[0], second][which])
    assert [card.id for card in shop.cards() if card.is_default] == [cards[0].id]


def test_undo_when_other_cards_took_the_place(pay, database):
    shop = shop_for(pay, max_cards=1)
    card = shop.saved(VISA)
    shop.remove(card)
    shop.saved(MASTERCARD)
    with pytest.raises(TooManyCardsError):
        shop.undo(card)
    assert len(shop.cards()) == 1


def test_an_older_page_cannot_remove_a_card_that_changed(shop: Shop):
    card = shop.saved(VISA)
    shop.edit(card, nickname="Keep me")
    with pytest.raises(ChangedMeanwhileError) as newer:
        shop.remove(card)
    assert newer.value.card.nickname == "Keep me"
    assert shop.cards() == [card]


def test_nobody_elses_card_can_be_removed_undone_or_made_default(shop: Shop):
    card = shop.saved(VISA)
    neighbour, stranger = another_customer(shop), shop_for(shop.pay, "riverside")
    for other in (neighbour, stranger):
        for verb in (other.remove, other.undo, other.make_default):
            with pytest.raises(CardGoneError):
                verb(card)
    assert shop.card(card).version == card.version


def test_the_default_moves_and_both_forms_are_out_of_date(shop: Shop):
    first, second = shop.saved(VISA), shop.saved(MASTERCARD)
    assert shop.make_default(second).is_default
    assert [card.id for card in shop.cards()] == [second.id, first.id]
    assert shop.card(first).version > first.version
    assert shop.card(second).version > second.version


def test_two_tabs_choosing_different_defaults_at_once_leave_one(shop: Shop):
    shop.saved(VISA)
    two, three = shop.saved(MASTERCARD), shop.saved(OTHER_VISA)
    at_once(lambda: shop.make_default(two), lambda: shop.make_default(three))
    assert sum(card.is_default for card in shop.cards()) == 1


def test_an_expired_card_cannot_become_the_default(shop: Shop):
    shop.saved(VISA)
    card = shop.saved(MASTERCARD)
    shop.later = card.valid_until - shop.now + SECOND
    with pytest.raises(ExpiredCardError):
        shop.make_default(card)
    assert shop.card(card).version == card.version


def test_a_removed_card_cannot_be_edited_or_become_the_default(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    for verb in (lambda: shop.edit(card, nickname="x"), lambda: shop.make_default(card)):
        with pytest.raises(CardGoneError):
            verb()
