"""The payment service is down, slow, refuses, or does its work and never says so; and we crash half-way."""

import time
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import stripe
from django.db import IntegrityError, connections

from imin.ground.database import OWNER, as_owner
from imin.ground.outbox import Effect
from imin.payments.add import Finished
from imin.payments.errors import CardGoneError, EditUnderWayError, PaymentServiceDownError
from imin.payments.gateways.chosen import gateway
from imin.payments.models import UNDO_PERIOD, CardChange, CardSetup
from tests.payments.shop import MASTERCARD, NO_MONEY, VISA, Shop

MINUTES = timedelta(minutes=1)
MAIN_FAULTS = [("down", {}), ("drop_after", {}), ("break", {}), ("refuse", {"status": 429})]
FAULTS = [*MAIN_FAULTS, ("drop_before", {}), *[("refuse", {"status": status}) for status in (409, 500, 503)]]


@pytest.mark.parametrize(("kind", "more"), FAULTS)
def test_beginning_says_try_later_and_works_later_with_one_payer_and_the_same_form(shop: Shop, kind, more):
    attempt = uuid4()
    with shop.fault(kind, **more), pytest.raises(PaymentServiceDownError) as failure:
        shop.begin(attempt)
    assert "Nothing was changed" in str(failure.value.message)
    begun = shop.begin(attempt)
    shop.confirm(begun)
    assert shop.finish(begun).outcome == "new"
    assert shop.differences() == []


def test_a_dropped_connection_is_tried_again_at_once_with_the_same_key(shop: Shop):
    with shop.fault("drop_after", calls=1):
        shop.begin()
    assert len(shop.pay.client().v1.customers.list().data) == 1
    assert len(shop.pay.client().v1.setup_intents.list().data) == 1


def test_a_slow_service_keeps_nobody_waiting_beyond_the_limit(shop: Shop, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.3
    with shop.fault("slow", milliseconds=1500, calls=1), pytest.raises(PaymentServiceDownError):
        shop.begin()
    settings.STRIPE_TIMEOUT_SECONDS = 5
    time.sleep(1.5)  # until the service is done with the first call, the key is in use
    shop.saved(VISA)
    assert len(shop.pay.client().v1.customers.list().data) == 1


def test_a_service_that_is_nowhere_is_down(shop: Shop, settings):
    settings.STRIPE_API_BASE = "http://api.pay.localhost:9"
    with pytest.raises(PaymentServiceDownError):
        shop.begin()
    assert not gateway().ping()


def test_a_wrong_key_of_ours_is_for_operators_and_tells_the_person_to_try_later(shop: Shop, settings):
    for key in ("sk_test_wrong", ""):
        settings.STRIPE_SECRET_KEY = key
        with pytest.raises(PaymentServiceDownError):
            shop.begin()
        assert not gateway().ping()


def test_finishing_while_the_service_is_down_is_pending_and_loses_nothing(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    with shop.fault("down"):
        assert shop.finish(begun) == Finished("pending")
    assert shop.finish(begun).outcome == "new"


def test_the_sweep_finishes_what_nobody_came_back_for(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    shop.work()
    assert shop.cards() == []  # too early: the person may be on their way back
    shop.later = 3 * MINUTES
    shop.work()
    assert len(shop.cards()) == 1
    assert shop.finish(begun).outcome == "new"
    assert shop.differences() == []


def test_the_sweep_survives_a_service_that_is_down(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    shop.later = 3 * MINUTES
    with shop.fault("down"):
        shop.work()
    shop.later = 10 * MINUTES
    shop.work()
    assert len(shop.cards()) == 1


def test_the_sweep_looks_less_and_less_often(shop: Shop):
    begun = shop.begin()
    pauses = []
    for _ in range(4):
        due_at = shop.setup(begun).due_at
        shop.later += due_at - shop.now
        shop.work()
        pauses.append((shop.setup(begun).due_at - due_at) / MINUTES)
    assert [round(pause) for pause in pauses] == [2, 4, 8, 16]


def test_a_setup_that_is_a_day_old_is_cancelled_at_both_ends(shop: Shop):
    begun = shop.begin()
    for hours in (12, 25):
        shop.later = timedelta(hours=hours)
        shop.work()
    setup = shop.setup(begun)
    assert (setup.status, setup.outcome) == (CardSetup.Status.ABANDONED, "abandoned")
    there = shop.pay.client().v1.setup_intents.retrieve(setup.reference)
    assert (there.status, there.cancellation_reason) == ("canceled", "abandoned")


def test_a_setup_that_ended_with_a_decline_has_failed_after_a_day(shop: Shop):
    begun = shop.begin()
    with pytest.raises(stripe.CardError):
        shop.confirm(begun, NO_MONEY)
    shop.finish(begun)
    shop.later = timedelta(hours=25)
    shop.work()
    assert shop.setup(begun).status == CardSetup.Status.FAILED
    assert shop.finish(begun) == Finished("abandoned", None, "insufficient_funds")


def test_a_day_old_setup_that_succeeded_after_all_is_saved(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    shop.later = timedelta(hours=30)
    shop.work()
    assert len(shop.cards()) == 1


def test_a_crash_before_the_service_was_asked_leaves_nothing_behind(shop: Shop):
    with shop.fault("down"), pytest.raises(PaymentServiceDownError):
        shop.begin()
    shop.later = timedelta(hours=25)
    shop.work()
    with as_owner():
        [setup] = CardSetup.objects.all()
    assert setup.status == CardSetup.Status.ABANDONED
    assert list(shop.pay.client().v1.setup_intents.list().data) == []


def test_a_crash_after_the_service_answered_is_repeated_with_the_same_key(shop: Shop):
    attempt = uuid4()
    begun = shop.begin(attempt)
    with as_owner():  # as a crash between the answer and our writing it down would leave it
        CardSetup.objects.update(reference="")
    assert shop.begin(attempt) == begun
    assert len(shop.pay.client().v1.setup_intents.list().data) == 1


@pytest.mark.parametrize(("kind", "more"), MAIN_FAULTS)
def test_an_edit_that_got_no_answer_is_kept_said_so_and_done_later(shop: Shop, kind, more):
    card = shop.saved(VISA)
    with shop.fault(kind, "/v1/payment_methods", **more), pytest.raises(EditUnderWayError) as failure:
        shop.edit(card, exp_month=1, nickname="Daily")
    assert "Your changes are kept" in str(failure.value.message)
    assert shop.card(card).nickname == ""
    shop.later = 2 * MINUTES
    shop.work()
    done = shop.card(card)
    assert (done.exp_month, done.nickname) == (1, "Daily")
    assert [change.status for change in shop.changes()] == [CardChange.Status.DONE]
    assert shop.differences() == []


def test_an_edit_that_got_no_answer_can_be_sent_again(shop: Shop):
    card = shop.saved(VISA)
    with shop.fault("down", "/v1/payment_methods"), pytest.raises(EditUnderWayError):
        shop.edit(card, exp_month=1)
    assert shop.edit(card, exp_month=1).exp_month == 1
    assert len(shop.changes()) == 1


def test_an_edit_under_way_is_dropped_when_the_card_moves_on(shop: Shop):
    card = shop.saved(VISA)
    with shop.fault("drop_after", "/v1/payment_methods"), pytest.raises(EditUnderWayError):
        shop.edit(card, exp_month=1, nickname="Daily")
    shop.saved(MASTERCARD)
    shop.remove(card)
    shop.later = 2 * MINUTES
    shop.work()
    assert [change.status for change in shop.changes()] == [CardChange.Status.DROPPED]
    assert (shop.card(card).exp_month, shop.card(card).nickname) == (1, "")  # the service had done it
    assert shop.differences() == []


def test_an_edit_under_way_of_a_card_that_the_bank_withdrew_ends(shop: Shop):
    card = shop.saved(VISA)
    with shop.fault("down", "/v1/payment_methods"), pytest.raises(EditUnderWayError):
        shop.edit(card, exp_month=1)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    shop.later = 2 * MINUTES
    shop.work()
    assert [change.status for change in shop.changes()] == [CardChange.Status.REFUSED]
    with pytest.raises(CardGoneError):
        shop.edit(card, exp_month=1)


@pytest.mark.parametrize(("kind", "more"), MAIN_FAULTS)
def test_detaching_is_repeated_until_it_is_done(shop: Shop, kind, more):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.later = UNDO_PERIOD + MINUTES
    with shop.fault(kind, "/v1/payment_methods", **more):
        shop.work()
    assert shop.card(card).status == "detached"
    assert shop.effects() == 1
    shop.later += 10 * MINUTES
    shop.work()
    assert (shop.attached(), shop.effects(), shop.differences()) == ([], 0, [])


def test_a_detaching_that_was_done_but_not_noted_is_done_again_harmlessly(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.later = UNDO_PERIOD + MINUTES
    shop.work()
    with as_owner():  # as a kill between the answer and our writing it down would leave it
        Effect.objects.update(done_at=None, leased_until=None)
    shop.work()
    assert (shop.effects(), shop.differences()) == (0, [])


@contextmanager
def refusing(rule: str):
    """Let the database refuse what breaks `rule`, so that a transaction dies at its last statement."""
    with as_owner(), connections[OWNER].cursor() as cursor:
        cursor.execute(f"ALTER TABLE payments_cardsetup ADD CONSTRAINT refusing CHECK ({rule})")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE payments_cardsetup DROP CONSTRAINT refusing")


def test_saving_is_all_or_nothing(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    with refusing("status <> 'saved'"), pytest.raises(IntegrityError):
        shop.finish(begun)
    assert (shop.cards(), shop.setup(begun).status) == ([], "open")
    assert shop.finish(begun).outcome == "new"
    assert shop.differences() == []


def test_no_secret_is_in_any_log_line(shop: Shop, caplog, capsys):
    begun = shop.begin()
    with shop.fault("break"):
        shop.finish(begun)
        with pytest.raises(PaymentServiceDownError):
            shop.begin()
    said = caplog.text + capsys.readouterr().err + capsys.readouterr().out
    for secret in (begun.client_secret, shop.pay.world.payments.secret_key):
        assert secret not in said
