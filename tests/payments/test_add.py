import threading
from uuid import uuid4

import pytest
import stripe
from django.db import connections

from imin.brokers.acting import acting
from imin.ground.database import as_owner
from imin.payments import declines
from imin.payments.add import Finished
from imin.payments.errors import AttemptUsedError, PaymentServiceDownError, TooManyCardsError, UnknownSetupError
from imin.payments.gateways.base import MissingError
from imin.payments.gateways.chosen import gateway
from imin.payments.models import Card, CardSetup
from tests.payments.shop import (
    AMEX,
    CHALLENGED,
    DECLINED,
    LOST,
    MASTERCARD,
    NO_MONEY,
    OTHER_VISA,
    VISA,
    YEAR,
    Shop,
    another_customer,
    shop_for,
)


def at_once(*calls) -> list:
    """Run `calls` in threads at the same moment and return what they returned."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int) -> None:
        try:
            barrier.wait(5)
            answers[index] = calls[index]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_first_card_is_saved_and_becomes_the_default(shop: Shop):
    finished = shop.add(VISA, address={"city": "Leeds", "country": "GB"})
    assert finished.outcome == "new"
    [card] = shop.cards()
    assert card == finished.card
    assert (card.brand, card.last4, card.is_default) == ("visa", "4242", True)
    assert (card.holder_name, card.address) == ("A. Example", {"city": "Leeds", "country": "GB"})
    assert shop.attached() == [card.reference]


def test_the_consent_is_kept_with_the_setup(shop: Shop):
    begun = shop.begin()
    (kept,) = shop.consents(setup_id=begun.setup_id)
    assert (kept.version, kept.ip, kept.language, kept.card) == ("1", "203.0.113.7", "en-gb", None)


def test_a_second_card_is_not_the_default_and_stands_below(shop: Shop):
    first, second, third = shop.saved(VISA), shop.saved(MASTERCARD), shop.saved(AMEX)
    assert [card.id for card in shop.cards()] == [first.id, third.id, second.id]
    assert [card.is_default for card in shop.cards()] == [True, False, False]


def test_the_same_card_again_stores_nothing_new(shop: Shop):
    card = shop.saved(VISA)
    again = shop.add(VISA)
    assert (again.outcome, again.card) == ("identical", card)
    assert len(shop.attached()) == 2
    shop.work()
    assert shop.attached() == [card.reference]
    assert shop.differences() == []


@pytest.mark.parametrize("change", [{"exp_year": YEAR + 2}, {"name": "Alexandra Example"}])
def test_the_same_card_with_a_new_date_or_name_renews_the_saved_one(shop: Shop, change):
    card = shop.edit(shop.saved(VISA), nickname="Daily")
    again = shop.add(VISA, **change)
    assert (again.outcome, again.card) == ("renewed", card)
    [renewed] = shop.cards()
    assert (renewed.nickname, renewed.is_default) == ("Daily", True)
    assert renewed.reference != card.reference
    assert (renewed.exp_year, renewed.holder_name) != (card.exp_year, card.holder_name)
    assert renewed.version > card.version
    shop.work()
    assert shop.attached() == [renewed.reference]
    assert shop.differences() == []


def test_adding_a_card_again_after_its_bank_withdrew_it_gives_it_a_living_token(shop: Shop):
    card = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    again = shop.add(VISA)
    assert (again.outcome, again.card, again.card.nickname) == ("renewed", card, "Daily")
    shop.work()
    assert shop.attached() == [again.card.reference]
    assert shop.differences() == []


def test_adding_a_removed_card_brings_it_back(shop: Shop):
    card = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.remove(card)
    again = shop.add(VISA, exp_year=YEAR + 1)
    assert (again.outcome, again.card) == ("restored", card)
    assert (again.card.nickname, again.card.is_default, again.card.exp_year) == ("Daily", True, YEAR + 1)
    assert shop.removed() == []
    shop.work()
    assert shop.attached() == [again.card.reference]
    assert shop.differences() == []


def test_a_card_that_is_gone_for_good_is_new_again(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    with as_owner(), acting(shop.tenant.broker_id, shop.customer_id):
        Card.objects.filter(id=card.id).update(status="detached", is_default=False)
    again = shop.add(VISA)
    assert again.outcome == "new"
    assert again.card.id != card.id
    assert again.card.is_default


def test_the_same_number_of_another_customer_is_another_card(shop: Shop):
    neighbour = another_customer(shop)
    assert shop.add(VISA).outcome == "new"
    assert neighbour.add(VISA).outcome == "new"
    assert shop.payer().reference != neighbour.payer().reference


def test_a_brokers_own_account_has_payers_cards_and_fingerprints_of_its_own(pay, database):
    platform = shop_for(pay)
    own = shop_for(pay, "riverside", account="acct_1SandboxRiver")
    one, other = platform.saved(VISA), own.saved(VISA)
    assert (one.account, other.account) == ("", "acct_1SandboxRiver")
    assert one.fingerprint != other.fingerprint
    assert own.attached() == [other.reference]
    assert platform.differences() == []


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(DECLINED, "declined", "declined"), (NO_MONEY, "insufficient_funds", "money"), (LOST, "declined", "declined")],
)
def test_a_decline_says_why_and_saves_nothing(shop: Shop, number, code, word):
    begun = shop.begin()
    with pytest.raises(stripe.CardError):
        shop.confirm(begun, number)
    finished = shop.finish(begun)
    assert (finished.outcome, finished.decline_code, finished.card) == ("declined", code, None)
    assert word in str(declines.sentence(finished.decline_code))
    assert "lost" not in str(declines.sentence(finished.decline_code))
    assert shop.cards() == []


def test_after_a_decline_the_same_form_takes_another_card(shop: Shop):
    attempt = uuid4()
    begun = shop.begin(attempt)
    with pytest.raises(stripe.CardError):
        shop.confirm(begun, DECLINED)
    assert shop.finish(begun).outcome == "declined"
    again = shop.begin(attempt)
    assert again == begun
    shop.confirm(again, VISA)
    assert shop.finish(again).outcome == "new"


def test_a_challenge_that_is_passed_saves_the_card(shop: Shop):
    begun = shop.begin()
    intent = shop.confirm(begun, CHALLENGED)
    assert shop.finish(begun) == Finished("action_required")
    shop.answer_bank(intent)
    assert shop.finish(begun).outcome == "new"


def test_a_challenge_that_is_failed_saves_nothing(shop: Shop):
    begun = shop.begin()
    shop.answer_bank(shop.confirm(begun, CHALLENGED), "fail")
    assert shop.finish(begun) == Finished("declined", None, "challenge_failed")
    assert shop.cards() == []


def test_looking_before_any_card_was_typed_saves_nothing(shop: Shop):
    begun = shop.begin()
    assert shop.finish(begun) == Finished("action_required")
    assert shop.setup(begun).status == "open"


def test_a_double_submit_is_one_setup_and_one_payer(shop: Shop):
    attempt = uuid4()
    one, other = at_once(lambda: shop.begin(attempt), lambda: shop.begin(attempt))
    assert one == other
    assert len(shop.pay.client().v1.setup_intents.list().data) == 1
    assert len(shop.pay.client().v1.customers.list().data) == 1


def test_two_tabs_at_once_make_one_payer(shop: Shop):
    one, other = at_once(shop.begin, shop.begin)
    assert one.setup_id != other.setup_id
    assert len(shop.pay.client().v1.customers.list().data) == 1


def test_finishing_at_the_same_moment_gives_one_card(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    answers = at_once(*[lambda: shop.finish(begun)] * 4)
    [card] = shop.cards()
    assert [(answer.outcome, answer.card) for answer in answers] == [("new", card)] * 4


def test_the_same_card_in_two_tabs_at_once_is_one_card(shop: Shop):
    begun = [shop.begin(), shop.begin()]
    for one in begun:
        shop.confirm(one)
    answers = at_once(lambda: shop.finish(begun[0]), lambda: shop.finish(begun[1]))
    assert sorted(answer.outcome for answer in answers) == ["identical", "new"]
    assert len(shop.cards()) == 1
    shop.work()
    assert shop.differences() == []


def test_a_finished_attempt_cannot_begin_again_and_leads_to_its_outcome(shop: Shop):
    attempt = uuid4()
    begun = shop.begin(attempt)
    shop.confirm(begun)
    with pytest.raises(AttemptUsedError) as used:
        shop.begin(attempt)  # confirmed, but not yet finished here
    assert used.value.setup_id == begun.setup_id
    shop.finish(begun)
    with pytest.raises(AttemptUsedError):
        shop.begin(attempt)


def test_no_more_cards_than_the_broker_allows(pay, database):
    shop = shop_for(pay, max_cards=2)
    shop.saved(VISA)
    begun = shop.begin()
    shop.saved(MASTERCARD)
    with pytest.raises(TooManyCardsError):
        shop.begin()
    shop.confirm(begun, AMEX)
    assert shop.finish(begun) == shop.finish(begun) == Finished("too_many")
    assert len(shop.cards()) == 2
    shop.work()
    assert len(shop.attached()) == 2
    assert shop.differences() == []


def test_a_full_list_can_still_renew_a_card_that_was_begun_before(pay, database):
    shop = shop_for(pay, max_cards=1)
    begun = shop.begin()
    shop.saved(VISA)
    shop.confirm(begun, VISA, exp_year=YEAR + 1)
    assert shop.finish(begun).outcome == "renewed"


def test_a_new_card_takes_over_from_an_expired_default(shop: Shop):
    old = shop.saved(VISA)
    with acting(shop.tenant.broker_id, shop.customer_id):
        Card.objects.filter(id=old.id).update(exp_year=2020)
    assert shop.saved(OTHER_VISA).is_default
    assert not shop.card(old).is_default


def test_another_customers_setup_is_unknown(shop: Shop):
    begun = shop.begin()
    with pytest.raises(UnknownSetupError):
        another_customer(shop).finish(begun)
    stranger = shop_for(shop.pay, "riverside")
    with pytest.raises(UnknownSetupError):
        stranger.finish(begun)


def test_a_card_number_typed_as_a_name_is_masked_here(shop: Shop):
    card = shop.saved(VISA, name="4111 1111 1111 1111")
    assert "1111" not in card.holder_name
    shop.work()
    assert shop.differences() == []


def test_a_setup_that_the_payment_service_forgot_is_abandoned(shop: Shop):
    begun = shop.begin()
    shop.pay.control("reset").raise_for_status()
    assert shop.finish(begun) == Finished("abandoned")
    assert shop.setup(begun).status == CardSetup.Status.ABANDONED


def test_a_payer_that_was_deleted_over_there_is_made_anew(shop: Shop):
    shop.begin()
    old = shop.payer().reference
    shop.pay.client().v1.customers.delete(old)
    shop.begin()
    assert shop.payer().reference not in ("", old)


def test_a_payer_that_is_deleted_again_and_again_is_not_asked_for_without_end(shop: Shop, monkeypatch):
    asked = []

    def start_setup(_, **setup: object) -> None:
        asked.append(setup["key"])
        raise MissingError("no such customer")

    monkeypatch.setattr(type(gateway()), "start_setup", start_setup)
    with pytest.raises(PaymentServiceDownError, match="gone"):
        shop.begin()
    assert len(set(asked)) == 2


def test_the_secret_of_a_setup_is_in_no_row_and_no_repr(shop: Shop):
    begun = shop.begin()
    assert begun.client_secret not in repr(begun)
    assert begun.client_secret not in str(vars(shop.setup(begun)))
