"""The guard against card testing: what is counted, what follows, and who is left alone."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import stripe
from django.db import connections
from django.test.utils import CaptureQueriesContext

from imin.brokers.acting import acting
from imin.brokers.models import Broker
from imin.ground.database import as_owner
from imin.payments import add, element
from imin.payments.errors import AddingSlowedError, AddingStoppedError, AttemptUsedError
from imin.payments.gateways.base import Decline, FailedTry
from imin.payments.guard import count as counting
from imin.payments.guard.cancel import cancel_held
from imin.payments.guard.lift import brokers_under_test, lift
from imin.payments.models import CardFailure, CardHold, CardSetup
from tests.payments.shop import DECLINED, LOST, NO_MONEY, VISA, Shop, another_customer, consent, shop_for
from tests.payments.test_add import at_once
from tests.payments.test_events import deliver, told

REFUSED = (DECLINED, LOST, NO_MONEY)
Step, Whose = CardHold.Step, CardHold.Whose


def from_address(shop: Shop, ip: str) -> add.Begun:
    evidence = add.Consent(**{**vars(consent(shop.now)), "network": ip})
    return add.begin(tenant=shop.tenant, customer_id=shop.customer_id, attempt=uuid4(), consent=evidence, now=shop.now)


def refused(shop: Shop, begun: add.Begun, number: str = DECLINED) -> None:
    """Try a card that the bank refuses, and let the worker hear of it."""
    with pytest.raises(stripe.CardError):
        shop.confirm(begun, number)
    deliver(*told(shop, "setup_intent.setup_failed"))
    shop.work()


def fail(shop: Shop, times: int, ip: str = "203.0.113.7") -> list[CardHold]:
    """Let so many tries fail, as the payment service would tell of them, each of another card."""
    with as_owner():
        setup = CardSetup.objects.create(
            broker_id=shop.tenant.broker_id,
            customer_id=shop.customer_id,
            attempt=uuid4(),
            network=ip,
            status=CardSetup.Status.FAILED,
            created_at=shop.now - timedelta(hours=2),
            due_at=shop.now,
        )
        holds: list[CardHold] = []
        for _ in range(times):
            tried = FailedTry(f"setatt_{uuid4().hex}", Decline.GENERIC, fingerprint=uuid4().hex)
            holds = counting.count(setup=setup, failed=tried, now=shop.now)
    return holds


def holds(whose: Whose | None = None) -> list[CardHold]:
    with as_owner():
        found = CardHold.objects.select_related("broker").order_by("created_at")
        return list(found.filter(whose=whose) if whose else found)


def failures() -> int:
    with as_owner():
        return CardFailure.objects.count()


# ── honest people ───────────────────────────────────────────────────────────────────────────────────────────


def test_three_declines_hold_nobody_and_the_next_card_is_saved(shop: Shop):
    begun = shop.begin()
    for number in REFUSED:
        refused(shop, begun, number)
    assert failures() == 3
    assert holds() == []
    assert shop.add(VISA).outcome == "new"


def test_an_honest_add_costs_one_statement(shop: Shop):
    shop.saved(VISA)  # the payer is known now
    with CaptureQueriesContext(connections["default"]) as asked:
        shop.begin()
    guards = [query["sql"] for query in asked.captured_queries if "payments_cardhold" in query["sql"]]
    assert len(guards) == 1
    assert not [query for query in asked.captured_queries if "payments_cardfailure" in query["sql"]]


def test_an_honest_form_costs_one_statement_too(shop: Shop):
    with CaptureQueriesContext(connections["default"]) as asked:
        element.element(shop.guarded, now=shop.now)
    assert len([query for query in asked.captured_queries if "payments_cardhold" in query["sql"]]) == 1


def test_a_bank_that_could_not_look_is_no_failure(shop: Shop):
    begun = shop.begin()
    with as_owner():
        setup = CardSetup.objects.get(id=begun.setup_id)
        assert counting.count(setup=setup, failed=FailedTry("setatt_1", Decline.TRY_LATER), now=shop.now) == []
    assert failures() == 0


# ── one person ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fourth_decline_makes_the_person_wait_and_then_go_on(shop: Shop):
    begun = shop.begin()
    for number in (*REFUSED, DECLINED):
        refused(shop, begun, number)
    with pytest.raises(AddingSlowedError) as slowed:
        shop.begin()
    assert 0 < slowed.value.retry_after_seconds <= 30
    assert "Please wait" in str(slowed.value.message)
    shop.later = timedelta(seconds=31)
    assert shop.add(VISA).outcome == "new"


def test_waits_grow_with_each_decline(shop: Shop):
    waits = []
    for _ in range(3):
        fail(shop, 4 if not waits else 1)
        with pytest.raises(AddingSlowedError) as slowed:
            shop.begin()
        waits.append(slowed.value.retry_after_seconds)
    assert waits == sorted(set(waits))


def test_from_the_sixth_decline_on_the_bank_is_asked_for_a_challenge(shop: Shop):
    fail(shop, 6)
    shop.later = timedelta(minutes=20)
    begun = shop.begin()
    with as_owner():
        setup = CardSetup.objects.get(id=begun.setup_id)
    assert setup.challenge
    client = shop.pay.client()
    asked = client.v1.setup_intents.retrieve(setup.reference).payment_method_options.card.request_three_d_secure
    assert asked == "challenge"


def test_the_tenth_decline_stops_the_person_until_tomorrow(shop: Shop):
    fail(shop, 10)
    shop.later = timedelta(hours=23)
    with pytest.raises(AddingStoppedError) as stopped:
        shop.begin()
    assert stopped.value.retry_after_seconds <= 3600
    with pytest.raises(AddingStoppedError):
        element.element(shop.guarded, now=shop.now)
    shop.later = timedelta(hours=25)
    assert shop.add(VISA).outcome == "new"


def test_a_stop_says_whom_to_ask(shop: Shop):
    fail(shop, 10)
    with pytest.raises(AddingStoppedError) as stopped:
        shop.begin()
    assert "24 hours" in str(stopped.value.message)
    assert f"ask {shop.tenant.name}" in str(stopped.value.message)


def test_who_is_held_cannot_go_on_with_a_secret_that_they_have(shop: Shop):
    begun, stock = shop.begin(), shop.begin()
    for number in (*REFUSED, DECLINED):
        refused(shop, begun, number)
    for secret in (begun, stock):
        with pytest.raises(stripe.InvalidRequestError, match="canceled"):
            shop.confirm(secret, VISA)
        assert shop.setup(secret).status in (CardSetup.Status.FAILED, CardSetup.Status.ABANDONED)
    assert shop.cards() == []


def test_each_try_counts_once_whoever_tells_of_it(shop: Shop):
    begun = shop.begin()
    refused(shop, begun)
    shop.later = timedelta(minutes=3)
    shop.work()  # the sweep looks at the same set-up
    deliver(*told(shop, "setup_intent.setup_failed"))
    shop.work()
    assert failures() == 1


def test_without_webhooks_the_sweep_counts(shop: Shop):
    begun = shop.begin()
    with pytest.raises(stripe.CardError):
        shop.confirm(begun, DECLINED)
    shop.later = timedelta(minutes=3)
    shop.work()
    assert failures() == 1


def test_events_name_each_try_though_the_worker_comes_late(shop: Shop):
    begun = shop.begin()
    for number in REFUSED:
        with pytest.raises(stripe.CardError):
            shop.confirm(begun, number)
    deliver(*told(shop, "setup_intent.setup_failed"))
    shop.work()
    with as_owner():
        assert CardFailure.objects.values("fingerprint").distinct().count() == 3


def test_an_attempt_begun_before_the_challenge_is_closed(shop: Shop):
    attempt = uuid4()
    begun = shop.begin(attempt)
    fail(another_customer(shop), 30, ip="")
    with pytest.raises(AttemptUsedError):
        shop.begin(attempt)
    assert shop.setup(begun).status == CardSetup.Status.ABANDONED
    assert shop.setup(shop.begin()).challenge


def test_so_many_cards_are_begun_and_no_more(shop: Shop, settings):
    settings.CARD_GUARD_UNFINISHED = 3
    for _ in range(3):
        shop.begin()
    with pytest.raises(AddingSlowedError):
        shop.begin()
    shop.later = timedelta(hours=1, seconds=1)
    shop.begin()


# ── many ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_card_in_many_hands_is_noticed(shop: Shop):
    for _ in range(4):
        other = another_customer(shop)
        refused(other, other.begin(), LOST)
    [hold] = holds()
    assert (hold.whose, hold.step, hold.customer_id) == (Whose.CUSTOMER, Step.SLOW, other.customer_id)
    assert hold.because == "4 failed tries of this card within 24 h"


def test_whose_own_card_others_try_is_challenged_and_not_stopped(shop: Shop, settings):
    settings.CARD_GUARD_CARD = (2, 3, 4)
    for _ in range(5):
        other = another_customer(shop)
        refused(other, other.begin(), LOST)
    assert [hold.step for hold in holds(Whose.CUSTOMER)] == [Step.SLOW, Step.CHALLENGE, Step.CHALLENGE, Step.CHALLENGE]


def test_a_stop_is_never_shortened(shop: Shop, settings):
    fail(shop, 10, ip="")
    [before] = holds()
    settings.CARD_GUARD_BIN = (1, 1, 1)
    shop.later = timedelta(seconds=5)
    with as_owner():
        setup = CardSetup.objects.first()
        counting.count(setup=setup, failed=FailedTry("setatt_1", Decline.GENERIC, bin="424242"), now=shop.now)
    [after] = holds()
    assert after.until >= before.until
    assert after.step == Step.STOP


def test_cards_that_begin_alike_are_noticed_where_the_service_tells(shop: Shop, settings):
    settings.CARD_GUARD_BIN = (3, 4, 5)
    for index in range(3):
        other = another_customer(shop)
        with as_owner():
            setup = CardSetup.objects.get(id=other.begin().setup_id)
            tried = FailedTry(f"setatt_{index}", Decline.GENERIC, fingerprint=str(index), bin="42424242")
            counting.count(setup=setup, failed=tried, now=shop.now)
    [hold] = holds()
    assert "BIN" in hold.because


def test_the_service_tells_how_cards_begin_only_where_it_was_asked_for(shop: Shop, settings):
    settings.CARD_GUARD_BIN = (2, 3, 4)
    kim = another_customer(shop)
    refused(shop, shop.begin())
    assert (holds(), bins()) == ([], {""})
    shop.pay.control("cards/begins", told=True).raise_for_status()
    refused(shop, shop.begin())
    refused(kim, kim.begin(), LOST)
    assert bins() == {"", "400000"}
    assert [(hold.whose, hold.customer_id) for hold in holds()] == [(Whose.CUSTOMER, kim.customer_id)]
    assert holds()[0].because == "2 failed tries of this card's BIN within 1 h"


def bins() -> set[str]:
    with as_owner():
        return set(CardFailure.objects.values_list("bin", flat=True))


def test_many_customers_at_one_address_are_noticed_at_every_broker(shop: Shop):
    harbour = shop_for(shop.pay, "harbour")
    for index in range(20):
        fail(another_customer(shop if index % 2 else harbour), 1, ip="198.51.100.9")
    assert {hold.broker.slug for hold in holds(Whose.ADDRESS)} == {"acmebroker", "harbour"}
    shop.later = timedelta(minutes=20)
    assert not shop.setup(from_address(shop, "203.0.113.7")).challenge
    assert shop.setup(from_address(shop, "198.51.100.9")).challenge
    fail(another_customer(shop), 20, ip="198.51.100.9")
    with pytest.raises(AddingStoppedError):
        from_address(shop, "198.51.100.9")
    assert from_address(shop, "203.0.113.7")


def test_many_customers_from_many_addresses_are_noticed_at_the_broker(shop: Shop):
    for index in range(30):
        fail(another_customer(shop), 1, ip=f"198.51.100.{index}")
    assert shop.setup(shop.begin()).challenge
    with as_owner():
        Broker.objects.update(failed_cards_stop=32)
    fail(another_customer(shop), 2, ip="198.51.100.77")
    with pytest.raises(AddingStoppedError):
        shop.begin()
    with as_owner():
        assert [hold.broker.slug for hold in brokers_under_test(now=shop.now)] == ["acmebroker"]
    harbour = shop_for(shop.pay, "harbour")
    assert not harbour.setup(harbour.begin()).challenge
    shop.later = timedelta(hours=1, minutes=1)
    shop.begin()


def test_set_ups_in_stock_are_closed_once_a_broker_is_tested(shop: Shop):
    stock = [another_customer(shop) for _ in range(3)]
    secrets = [other.begin() for other in stock]
    with as_owner():
        assert cancel_held(holds=fail(another_customer(shop), 30), now=shop.now) == 3
    for other, secret in zip(stock, secrets, strict=True):
        with pytest.raises(stripe.InvalidRequestError, match="canceled"):
            other.confirm(secret, VISA)


def test_two_failures_at_the_same_moment_do_not_overlook_each_other(shop: Shop):
    others = [another_customer(shop) for _ in range(10)]
    at_once(*[lambda other=other: fail(other, 1, ip="198.51.100.9") for other in others])
    assert [hold.step for hold in holds(Whose.ADDRESS)] == [Step.SLOW]


# ── operators ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hold_that_is_lifted_forgets_what_failed(shop: Shop):
    fail(shop, 10, ip="")
    with as_owner():
        assert len(lift(holds=CardHold.objects.all(), operator="kim", now=shop.now)) == 1
        assert lift(holds=CardHold.objects.all(), operator="kim", now=shop.now) == []
    shop.later = timedelta(seconds=1)
    fail(shop, 3, ip="")
    assert shop.add(VISA).outcome == "new"
    fail(shop, 1)
    with pytest.raises(AddingSlowedError):
        shop.begin()


def test_old_failures_and_holds_are_dropped(shop: Shop):
    fail(shop, 10, ip="")
    with as_owner():
        assert counting.forget_old(now=shop.now) == 0
        assert counting.forget_old(now=shop.now + timedelta(days=32)) == 11


# ── walls ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_customer_sees_own_holds_and_those_of_nobody_in_particular(shop: Shop):
    other = another_customer(shop)
    fail(shop, 30)
    with acting(other.tenant.broker_id, other.customer_id):
        assert {hold.whose for hold in CardHold.objects.all()} == {Whose.ADDRESS, Whose.BROKER}
    harbour = shop_for(shop.pay, "harbour")
    with acting(harbour.tenant.broker_id, harbour.customer_id):
        assert list(CardHold.objects.all()) == []


def test_nothing_that_is_stored_is_a_card_number(shop: Shop):
    refused(shop, shop.begin(), LOST)
    with as_owner():
        kept = [list(rows) for rows in (CardFailure.objects.values(), CardHold.objects.values())]
    assert LOST[:8] not in json.dumps(kept, default=str)
