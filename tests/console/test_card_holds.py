"""Operators see who is held after failed cards, and lift it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User

from imin.console.models import AuditEntry
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.models import CardHold
from tests.brokers import build
from tests.console import phone

HOLDS = "/payments/cardhold/"


@pytest.fixture
def holds(database) -> list[CardHold]:
    """Store what the guard decided: about a Customer, and about their whole Broker."""
    now = clock.now()
    with as_owner():
        acme = build.broker("acmebroker", name="Acme")
        ann = Customer.objects.create(broker=acme, given_name="Ann", identifier="ann-7", created_at=now)
        times = {"created_at": now, "changed_at": now, "wait_until": now, "until": now + timedelta(hours=1)}
        return [
            CardHold.objects.create(broker=acme, because="why of one", **times, **more)
            for more in (
                {"whose": "customer", "customer": ann, "step": CardHold.Step.STOP},
                {"whose": "broker", "step": CardHold.Step.CHALLENGE},
            )
        ]


def lift(console, *holds: CardHold) -> int:
    data = {"action": "lift_chosen", "_selected_action": [str(hold.pk) for hold in holds]}
    return console.post(HOLDS, data).status_code


def lifted() -> set[str]:
    with as_owner():
        return {hold.lifted_by for hold in CardHold.objects.exclude(lifted_at=None)}


def test_who_is_held_is_listed_with_the_reason(console, holds):
    page = console.get(HOLDS).content.decode()
    for words in ("Stopped", "Challenged", "why of one", "Ann", "Everybody, Acme"):
        assert words in page
    assert f"{holds[0].changed_at:%H:%M} UTC" in page
    assert "why of one" in console.get(f"{HOLDS}?q=ann-7").content.decode()
    assert "Stopped: Ann" in console.get(f"{HOLDS}{holds[0].pk}/change/").content.decode()


def test_a_broker_where_cards_are_tried_is_shown_at_once(console, holds):
    page = console.get("/").content.decode()
    assert "Somebody is trying cards at Acme." in page
    assert 'role="alert"' in page
    lift(console, holds[1])
    assert "Lifted " in console.get(HOLDS).content.decode()
    assert "Somebody is trying cards" not in console.get("/").content.decode()


def test_an_operator_lifts_a_hold_and_the_log_says_so(console, holds):
    assert lift(console, holds[0]) == 302
    assert lifted() == {"olive"}
    with as_owner():
        entry = AuditEntry.objects.filter(thing="payments_cardhold").latest("number")
    assert entry.who == "olive"
    assert "lifted_at" in str(entry.changes)


def test_who_may_only_look_lifts_nothing(database, holds):
    with as_owner():
        only = User.objects.create_user("only", password="long enough for Only", is_staff=True)
        only.user_permissions.add(Permission.objects.get(codename="view_cardhold"))
    browser = phone.signed_in(only)
    assert browser.get(HOLDS).status_code == 200
    lift(browser, *holds)
    assert lifted() == set()


def test_who_may_see_no_holds_is_told_of_none(database, holds):
    with as_owner():
        other = User.objects.create_user("other", password="long enough for Other", is_staff=True)
    assert "trying cards" not in phone.signed_in(other).get("/").content.decode()


def test_the_brokers_own_page_has_the_numbers(console, holds):
    page = console.get(f"/brokers/broker/{holds[0].broker_id}/change/").content.decode()
    assert "0 within the last hour" in page
    assert "Held now: 1 Customers, 0 addresses." in page
    assert f"/payments/cardhold/?broker__id__exact={holds[0].broker_id}" in page
