import pytest

from imin.payments.errors import (
    CardGoneError,
    ChangedMeanwhileError,
    ExpiredCardError,
    InvalidEditError,
)
from imin.payments.models import CardChange
from tests.payments.shop import MASTERCARD, VISA, YEAR, Shop, another_customer
from tests.payments.test_add import at_once


def test_an_edit_reaches_the_payment_service_and_our_copy_follows(shop: Shop):
    card = shop.saved(VISA)
    address = {"line1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA", "country": "GB"}
    edited = shop.edit(card, exp_month=12, exp_year=YEAR + 1, holder_name=" B.  Example ", address=address)
    assert (edited.exp_month, edited.exp_year, edited.holder_name, edited.address) == (
        12,
        YEAR + 1,
        "B. Example",
        address,
    )
    there = shop.pay.client().v1.payment_methods.retrieve(card.reference)
    assert (there.card.exp_month, there.card.exp_year, there.billing_details.name) == (12, YEAR + 1, "B. Example")
    assert there.billing_details.address.postal_code == "LS1 1AA"
    assert (edited.fingerprint, edited.brand, edited.last4) == (card.fingerprint, card.brand, card.last4)
    assert shop.differences() == []


def test_name_and_address_can_be_removed(shop: Shop):
    card = shop.saved(VISA, address={"city": "Leeds", "country": "GB"})
    edited = shop.edit(card, holder_name="", address={})
    assert (edited.holder_name, edited.address) == ("", {})
    assert shop.differences() == []


def test_nickname_and_default_are_ours_and_need_no_payment_service(shop: Shop):
    shop.saved(VISA)
    card = shop.saved(MASTERCARD)
    with shop.fault("down"):
        edited = shop.edit(card, nickname="Work 24", make_default=True)
    assert (edited.nickname, edited.is_default) == ("Work 24", True)
    assert [card.is_default for card in shop.cards()] == [True, False]
    assert shop.changes() == []


def test_everything_in_one_edit(shop: Shop):
    shop.saved(VISA)
    edited = shop.edit(shop.saved(MASTERCARD), exp_month=1, nickname="Work", make_default=True)
    assert (edited.exp_month, edited.nickname, edited.is_default) == (1, "Work", True)


def test_the_same_edit_twice_changes_once(shop: Shop):
    card = shop.saved(VISA)
    once = shop.edit(card, exp_month=11, nickname="Daily")
    twice = shop.edit(card, exp_month=11, nickname="Daily")
    assert once.version == twice.version
    assert len(shop.changes()) == 1


def test_the_same_edit_at_the_same_moment_changes_once(shop: Shop):
    card = shop.saved(VISA)
    answers = at_once(*[lambda: shop.edit(card, exp_month=11)] * 3)
    assert [answer.exp_month for answer in answers] == [11] * 3
    assert len(shop.changes()) == 1


def test_the_second_of_two_tabs_sees_the_newer_state_and_saves_nothing(shop: Shop):
    card = shop.saved(VISA)
    shop.edit(card, nickname="First tab")
    with pytest.raises(ChangedMeanwhileError) as newer:
        shop.edit(card, nickname="Second tab", exp_month=2)
    assert newer.value.card.nickname == "First tab"
    assert (shop.card(card).nickname, shop.card(card).exp_month) == ("First tab", 6)


def test_a_tab_that_was_loaded_before_the_default_moved_is_out_of_date(shop: Shop):
    old = shop.saved(VISA)
    shop.make_default(shop.saved(MASTERCARD))
    with pytest.raises(ChangedMeanwhileError):
        shop.edit(old, nickname="Daily", make_default=True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exp_month": 13}, "exp_month"),
        ({"exp_month": 0}, "exp_month"),
        ({"exp_year": YEAR + 40}, "exp_year"),
        ({"exp_year": 1999}, "exp_year"),
        ({"exp_year": 2024}, "exp_year"),
        ({"nickname": "x" * 41}, "nickname"),
        ({"nickname": "Card 123"}, "nickname"),
        ({"nickname": "Card ١٢٣"}, "nickname"),
        ({"holder_name": "x" * 201}, "holder_name"),
        ({"holder_name": "4111 1111 1111 1111"}, "holder_name"),
        ({"address": {"line1": "4111-1111-1111-1111"}}, "line1"),
        ({"address": {"country": "Great Britain"}}, "country"),
        ({"address": {"planet": "Earth"}}, "planet"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field(shop: Shop, changes, field):
    card = shop.saved(VISA)
    with pytest.raises(InvalidEditError) as wrong:
        shop.edit(card, **changes)
    assert list(wrong.value.fields) == [field]
    assert str(wrong.value.fields[field])
    assert shop.card(card).version == card.version
    assert shop.changes() == []


def test_an_expired_card_can_get_a_nickname_and_a_new_date(shop: Shop):
    card = shop.saved(VISA)
    shop.later = card.valid_until - shop.now + (card.valid_until - card.created_at)
    with pytest.raises(ExpiredCardError):
        shop.edit(card, make_default=True, nickname="Old")
    named = shop.edit(card, nickname="Old")
    renewed = shop.edit(named, exp_year=shop.now.year + 2)
    assert (renewed.nickname, renewed.exp_year) == ("Old", shop.now.year + 2)
    assert renewed.can_be_default(shop.now)


def test_a_card_of_somebody_else_cannot_be_edited(shop: Shop):
    card = shop.saved(VISA)
    with pytest.raises(CardGoneError):
        another_customer(shop).edit(card, nickname="Mine")


def test_a_card_that_the_bank_withdrew_is_gone(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    with pytest.raises(CardGoneError):
        shop.edit(card, exp_month=1)
    assert shop.card(card).status == "detached"
    assert [change.status for change in shop.changes()] == [CardChange.Status.REFUSED]
    assert shop.differences() == []


def test_an_earlier_edit_that_is_under_way_is_finished_first(shop: Shop):
    card = shop.saved(VISA)
    with shop.fault("drop_after", "/v1/payment_methods"), pytest.raises(Exception, match="APIConnectionError"):
        shop.edit(card, exp_month=1)
    with pytest.raises(ChangedMeanwhileError) as newer:
        shop.edit(card, exp_month=2)
    assert newer.value.card.exp_month == 1
    assert shop.edit(newer.value.card, exp_month=2).exp_month == 2
    assert shop.differences() == []
