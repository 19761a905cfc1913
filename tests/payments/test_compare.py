from datetime import timedelta

import pytest

from imin.brokers.acting import acting
from imin.ground.database import as_owner
from imin.payments.errors import PaymentServiceDownError
from imin.payments.models import UNDO_PERIOD, Card
from tests.payments.shop import MASTERCARD, VISA, YEAR, Shop, another_customer, shop_for


def change_here(shop: Shop, card: Card, **values) -> None:
    with as_owner(), acting(shop.tenant.broker_id, shop.customer_id):
        Card.objects.filter(id=card.id).update(**values)


def test_two_brokers_with_cards_in_every_state_agree(pay, database):
    shop, own = shop_for(pay), shop_for(pay, "riverside", account="acct_1SandboxRiver")
    for someone in (shop, another_customer(shop), own):
        someone.saved(VISA)
        someone.remove(someone.saved(MASTERCARD))
        someone.begin()
    assert shop.differences() == []
    shop.later = UNDO_PERIOD + timedelta(minutes=1)
    shop.work()
    assert shop.differences() == []


def test_a_card_that_is_missing_there(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    [said] = shop.differences()
    assert said.startswith(f"{card.reference} of customer {shop.customer_id}")
    assert said.endswith("missing at the payment service")


def test_a_removed_card_must_still_be_there_while_it_can_be_undone(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    assert shop.differences() == []
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    assert len(shop.differences()) == 1


def test_a_card_that_is_missing_here(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    assert [said.partition(": ")[2] for said in shop.differences()] == ["missing here"]
    shop.finish(begun)
    assert shop.differences() == []


def test_a_card_that_differs(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.payment_methods.update(
        card.reference, {"card": {"exp_year": YEAR + 1}, "billing_details": {"name": "Else"}}
    )
    assert [said.partition(": ")[2] for said in shop.differences()] == ["differs (exp_year, holder_name)"]


def test_a_card_that_was_given_up_but_is_still_attached(shop: Shop):
    card = shop.saved(VISA)
    change_here(shop, card, status="detached", is_default=False)
    assert [said.partition(": ")[2] for said in shop.differences()] == ["given up here, still attached there"]


def test_a_removed_card_whose_detaching_got_lost(shop: Shop):
    card = shop.saved(VISA)
    change_here(shop, card, status="removed", is_default=False, removed_at=shop.now)
    assert shop.differences() == []
    shop.later = UNDO_PERIOD
    assert len(shop.differences()) == 1


def test_a_payer_that_is_gone(shop: Shop):
    shop.saved(VISA)
    payer = shop.payer().reference
    shop.pay.client().v1.customers.delete(payer)
    said = shop.differences()
    assert any(payer in line and "payer unknown" in line for line in said)
    assert any("missing at the payment service" in line for line in said)


def test_a_payment_service_that_is_down_is_no_agreement(shop: Shop):
    shop.saved(VISA)
    with shop.fault("down"), pytest.raises(PaymentServiceDownError):
        shop.differences()
