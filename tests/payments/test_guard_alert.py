"""Who is told by mail that somebody tries cards at a Broker, and what the Broker's page in the console says of it."""

from datetime import timedelta

import pytest

from imin.brokers.models import Broker
from imin.ground.database import as_owner
from imin.payments import jobs
from imin.payments.guard.alert import send_due
from imin.payments.guard.summary import summary_of
from imin.payments.models import CardHold
from tests.payments.shop import Shop, another_customer, shop_for
from tests.payments.test_guard import fail


@pytest.fixture
def mails(shop: Shop, settings, mailoutbox):
    settings.OPERATORS_MAIL = ["ops@platform.example"]
    with as_owner():
        Broker.objects.update(alert_mail="risk@acme.example", failed_cards_challenge=3, failed_cards_stop=5)
    return mailoutbox


def tried(shop: Shop, times: int) -> None:
    """Let cards of different people at different addresses fail."""
    for index in range(times):
        fail(another_customer(shop), 1, ip=f"198.51.100.{index}")


def test_operators_and_the_broker_are_told_once_of_each_step(shop: Shop, mails):
    tried(shop, 4)
    jobs.sweep(timestamp=0)
    jobs.sweep(timestamp=0)
    assert [mail.to for mail in mails] == [["ops@platform.example"], ["risk@acme.example"]]
    ours, theirs = mails
    assert "/payments/cardhold/?broker__id__exact=" in ours.body
    assert "3 failed tries at this Broker within 1 h" in theirs.body
    assert "each bank is asked" in theirs.body
    for secret in ("198.51.100", "console.", str(shop.customer_id)):
        assert secret not in theirs.body
    tried(shop, 1)
    jobs.sweep(timestamp=0)
    assert ["nobody can add a card" in mail.body for mail in mails[2:]] == [True, True]


def test_a_broker_without_an_address_is_told_nothing(shop: Shop, mails):
    with as_owner():
        Broker.objects.update(alert_mail="")
    tried(shop, 3)
    with as_owner():
        assert send_due(now=shop.now) == 1
    assert [mail.to for mail in mails] == [["ops@platform.example"]]


def test_one_persons_failures_are_mailed_to_nobody(shop: Shop, mails):
    with as_owner():
        Broker.objects.update(failed_cards_challenge=100)
    fail(shop, 10)
    with as_owner():
        assert CardHold.objects.exists()
        assert send_due(now=shop.now) == 0


def test_the_numbers_are_of_one_broker_and_of_now(shop: Shop, mails):
    tried(shop, 3)
    fail(shop_for(shop.pay, "harbour"), 4)
    with as_owner():
        seen = summary_of(broker_id=shop.tenant.broker_id, now=shop.now)
        later = summary_of(broker_id=shop.tenant.broker_id, now=shop.now + timedelta(hours=2))
    assert (seen.hour, seen.day, seen.month, seen.customers, seen.addresses) == (3, 3, 3, 0, 0)
    assert seen.whole_broker.step == CardHold.Step.CHALLENGE
    assert (later.hour, later.day, later.whole_broker) == (0, 3, None)
