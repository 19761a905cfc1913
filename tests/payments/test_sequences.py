"""Whatever a Customer, their bank and our clock do in whatever order, the rules of cards hold and both sides agree."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from imin.ground.errors import IminError
from imin.payments.models import Card
from tests.payments.shop import AMEX, MASTERCARD, VISA, YEAR, Shop, another_customer, shop_for
from tests.payments.test_events import deliver, told

MOST = 3
NUMBERS = st.sampled_from([VISA, MASTERCARD, AMEX, "4000056655665556"])
WHICH = st.integers(0, 4)
ADD = st.tuples(st.just("add"), NUMBERS, st.integers(0, 1))
STEPS = st.one_of(
    ADD,
    ADD,
    st.tuples(st.just("edit"), WHICH, st.integers(1, 12)),
    st.tuples(st.just("remove"), WHICH),
    st.tuples(st.just("undo"), WHICH),
    st.tuples(st.just("default"), WHICH),
    st.tuples(st.just("renewed_by_bank"), WHICH),
    st.tuples(st.just("withdrawn_by_bank"), WHICH),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("work")),
)


def chosen(cards: list[Card], which: int) -> Card | None:
    return cards[which % len(cards)] if cards else None


def take(shop: Shop, step: tuple) -> None:
    """Do one step; what the rules refuse changes nothing."""
    verb, *more = step
    if verb == "add":
        shop.add(more[0], exp_year=YEAR + more[1])
    elif verb == "wait":
        shop.later += timedelta(hours=more[0])
    elif verb == "work":
        shop.work()
    elif card := chosen(shop.removed() if verb == "undo" else shop.cards(), more[0]):
        touch(shop, verb, card, more)


def touch(shop: Shop, verb: str, card: Card, more: list) -> None:
    if verb == "edit":
        shop.edit(card, exp_month=more[1], nickname=f"No {more[1]}")
    elif verb == "remove":
        shop.remove(card)
    elif verb == "undo":
        shop.undo(card)
    elif verb == "default":
        shop.make_default(card)
    elif card.reference not in shop.attached():
        return  # its bank has withdrawn it, and has nothing more to say
    elif verb == "renewed_by_bank":
        shop.pay.control("cards/renew", payment_method=card.reference, exp_month=7).raise_for_status()
    else:
        shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()


def check_rules(shop: Shop) -> None:
    cards = shop.cards()
    defaults = [card for card in cards if card.is_default]
    assert len(cards) <= MOST
    assert len(defaults) == (1 if any(card.can_be_default(shop.now) for card in cards) else 0)
    known = [card.fingerprint for card in cards]
    assert len(known) == len(set(known))


@pytest.fixture
def few(pay, database) -> Shop:
    return shop_for(pay, max_cards=MOST)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking would replay for minutes; the steps are few as they are
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_the_rules_of_cards_hold_in_every_sequence(few: Shop, steps):
    shop = another_customer(few)
    for step in [("add", VISA, 0), ("add", MASTERCARD, 0), *steps]:
        try:
            take(shop, step)
        except IminError as refusal:
            assert refusal.status < 500, refusal  # noqa: PT017 the rules may refuse, the payment service is up
        check_rules(shop)
    shop.later += timedelta(hours=25)
    deliver(*told(shop, "payment_method.automatically_updated", "payment_method.detached"))
    shop.work()
    check_rules(shop)
    assert shop.differences() == []
