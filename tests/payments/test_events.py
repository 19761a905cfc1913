"""Webhooks: verified, stored once, followed by reading the truth again, in any order."""

import json
import time
from datetime import timedelta
from itertools import permutations

import pytest
import stripe
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from imin.ground.database import as_owner
from imin.payments.events import forget_old
from imin.payments.models import GatewayEvent
from tests.payments import platform
from tests.payments.shop import CHALLENGED, MASTERCARD, VISA, YEAR, Shop, another_customer, shop_for
from tests.sandbox.pay import service

PATH = "/payments/events/stripe"
SECRET = "whsec_sandbox"


def signed(body: str, secret: str = SECRET, at: int | None = None) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret, at)


def post(body: str, signature: str):
    """Call the webhook endpoint as the payment service does: no cookie, no Origin."""
    client = Client(HTTP_HOST="book.localhost", enforce_csrf_checks=True)
    return client.post(PATH, body, content_type="application/json", HTTP_STRIPE_SIGNATURE=signature)


def told(shop: Shop, *kinds: str) -> list[str]:
    """Return the bodies of the payment service's events of these kinds, oldest first."""
    found = shop.pay.client(account=shop.account or None).v1.events.list({"limit": 100}).data
    return [json.dumps(event.to_dict()) for event in found[::-1] if event.type in kinds]


def deliver(*bodies: str) -> None:
    for body in bodies:
        assert post(body, signed(body)).status_code == 204


def stored() -> int:
    with as_owner():
        return GatewayEvent.objects.count()


def unhandled() -> int:
    with as_owner():
        return GatewayEvent.objects.filter(handled_at=None).count()


SETUP_EVENTS = ("setup_intent.succeeded", "payment_method.attached")


def test_a_card_is_saved_by_its_event_when_the_person_never_comes_back(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    deliver(*told(shop, *SETUP_EVENTS))
    shop.work()
    shop.later = timedelta(seconds=10)
    shop.work()
    assert len(shop.cards()) == 1
    assert unhandled() == 0
    assert shop.finish(begun).outcome == "new"
    assert shop.differences() == []


def test_an_event_after_the_page_finished_changes_nothing(shop: Shop):
    card = shop.saved(VISA)
    deliver(*told(shop, *SETUP_EVENTS))
    shop.work()
    assert shop.card(card).version == card.version
    assert unhandled() == 0


def test_an_event_that_comes_twice_is_stored_once(shop: Shop):
    shop.saved(VISA)
    [body] = told(shop, "setup_intent.succeeded")
    deliver(body, body, body)
    assert stored() == 1


def test_a_worker_is_woken_at_once_and_once(shop: Shop):
    shop.saved(VISA)
    deliver(*told(shop, *SETUP_EVENTS))
    with as_owner():
        waiting = ProcrastinateJob.objects.filter(task_name="payments.follow_events", status="todo")
        assert waiting.count() == 1


def test_what_is_of_no_interest_wakes_nobody(shop: Shop):
    shop.saved(VISA)
    deliver(*told(shop, "customer.created"))
    with as_owner():
        assert not ProcrastinateJob.objects.exists()


def test_a_failed_setup_is_told_by_its_event(shop: Shop):
    begun = shop.begin()
    shop.answer_bank(shop.confirm(begun, CHALLENGED), "fail")
    deliver(*told(shop, "setup_intent.setup_failed"))
    shop.work()
    assert shop.setup(begun).decline_code == "challenge_failed"
    assert shop.cards() == []


def test_a_cancelled_setup_ends_here_too(shop: Shop):
    begun = shop.begin()
    shop.pay.client().v1.setup_intents.cancel(shop.setup(begun).reference)
    deliver(*told(shop, "setup_intent.canceled"))
    shop.work()
    assert shop.setup(begun).status == "abandoned"


def test_what_the_bank_renewed_is_followed(shop: Shop):
    card = shop.edit(shop.saved(VISA), nickname="Daily")
    shop.pay.control("cards/renew", payment_method=card.reference, exp_month=2, exp_year=YEAR + 4).raise_for_status()
    assert shop.differences() != []
    deliver(*told(shop, "payment_method.automatically_updated"))
    shop.work()
    renewed = shop.card(card)
    assert (renewed.exp_month, renewed.exp_year, renewed.nickname) == (2, YEAR + 4, "Daily")
    assert renewed.version > card.version
    assert shop.differences() == []


def test_a_card_that_the_bank_withdrew_is_gone_and_the_default_moves(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    deliver(*told(shop, "payment_method.detached"))
    shop.work()
    assert [(card.id, card.is_default) for card in shop.cards()] == [(other.id, True)]
    assert shop.differences() == []


def test_a_removed_card_that_the_bank_withdrew_cannot_come_back(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    deliver(*told(shop, "payment_method.detached"))
    shop.work()
    assert shop.removed() == []


def test_in_whatever_order_events_come_the_end_is_the_same(shop: Shop):
    begun = shop.begin()
    shop.confirm(begun)
    card = shop.finish(begun).card
    shop.pay.client().v1.payment_methods.update(card.reference, {"card": {"exp_month": 1}})
    shop.pay.control("cards/renew", payment_method=card.reference, exp_month=9).raise_for_status()
    kinds = ("payment_method.attached", "payment_method.updated", "payment_method.automatically_updated")
    bodies = told(shop, *kinds)
    assert len(bodies) == 3
    for order in permutations(bodies):
        with as_owner():
            GatewayEvent.objects.all().delete()
        deliver(*order)
        shop.work()
        assert shop.card(card).exp_month == 9
    assert shop.differences() == []


def test_an_old_event_does_not_bring_an_old_state_back(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.payment_methods.update(card.reference, {"card": {"exp_month": 1}})
    late = told(shop, "payment_method.updated")
    edited = shop.edit(card, exp_month=11)
    deliver(*late)
    shop.work()
    assert shop.card(card).exp_month == edited.exp_month == 11


def test_a_payer_that_was_deleted_takes_its_cards_along(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.customers.delete(shop.payer().reference)
    deliver(*told(shop, "customer.deleted"))
    shop.work()
    assert shop.cards() == []
    assert shop.card(card).status == "detached"
    assert shop.payer().reference == ""
    assert shop.add(VISA).outcome == "new"
    assert shop.differences() == []


def test_events_about_what_is_not_ours_are_handled_and_forgotten(shop: Shop):
    client = shop.pay.client()
    stranger = client.v1.customers.create()
    client.v1.setup_intents.create(
        {
            "customer": stranger.id,
            "confirm": True,
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    client.v1.customers.delete(stranger.id)
    deliver(*told(shop, *SETUP_EVENTS, "customer.deleted", "customer.created"))
    assert stored() == 3  # nobody asked for customer.created
    shop.work()
    assert unhandled() == 0


def test_an_event_that_cannot_be_followed_yet_waits_longer_each_time(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.control("cards/renew", payment_method=card.reference, exp_month=2).raise_for_status()
    deliver(*told(shop, "payment_method.automatically_updated"))
    with shop.fault("down"):
        shop.work()
        shop.later = timedelta(seconds=6)
        shop.work()
    with as_owner():
        [event] = GatewayEvent.objects.all()
    assert event.attempts == 2
    assert "APIConnectionError" in event.last_error
    shop.later = timedelta(seconds=30)
    shop.work()
    assert shop.card(card).exp_month == 2
    assert unhandled() == 0


@pytest.mark.parametrize(
    "signature",
    ["", "nonsense", "t=,v1=", "t=1,v1=00", "t=99999999999,v1=00"],
)
def test_what_is_not_signed_is_refused_and_not_stored(shop: Shop, signature):
    shop.saved(VISA)
    [body] = told(shop, "setup_intent.succeeded")
    assert post(body, signature).status_code == 400
    assert stored() == 0


def test_a_foreign_secret_an_old_signature_and_a_changed_body_are_refused(shop: Shop):
    shop.saved(VISA)
    [body] = told(shop, "setup_intent.succeeded")
    assert post(body, signed(body, "whsec_other")).status_code == 400
    assert post(body, signed(body, at=int(time.time()) - 400)).status_code == 400
    assert post(body + " ", signed(body)).status_code == 400
    assert post("{", signed("{")).status_code == 400
    assert post("\ufeff", signed("\ufeff")).status_code == 400
    assert stored() == 0


def test_while_a_secret_is_rolled_both_are_good(shop: Shop, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    shop.saved(VISA)
    [body] = told(shop, "setup_intent.succeeded")
    assert post(body, signed(body)).status_code == 204
    assert post(body, signed(body, "whsec_new")).status_code == 204


def test_without_any_secret_in_settings_nothing_is_believed(shop: Shop, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert post("{}", signed("{}", "")).status_code == 400


def test_a_body_that_is_too_large_is_refused(shop: Shop):
    body = json.dumps({"object": "event", "padding": "x" * 300_000})
    assert post(body, signed(body)).status_code == 413


def test_what_a_person_typed_as_a_name_does_not_keep_an_event_out(shop: Shop):
    shop.saved(VISA, name="4111 1111 1111 1111")
    deliver(*told(shop, "payment_method.attached"))
    assert stored() == 1


def test_only_post_and_only_on_the_book_host(shop: Shop):
    assert Client(HTTP_HOST="book.localhost").get(PATH).status_code == 405
    assert Client(HTTP_HOST="unknown.localhost").post(PATH).status_code == 404


def test_old_handled_events_are_dropped(shop: Shop):
    shop.saved(VISA)
    deliver(*told(shop, "setup_intent.succeeded"))
    shop.work()
    with as_owner():
        assert forget_old(now=shop.now) == 0
        assert forget_old(now=shop.now + timedelta(days=31)) == 1


# ── sent by the payment service itself ──


@pytest.fixture
def connected(database, tmp_path, settings):
    """A Broker whose payment service sends its webhooks to our server."""
    with platform.serving() as port, service.serve(tmp_path, f"http://book.localhost:{port}{PATH}") as running:
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_SECRET_KEY = running.world.payments.secret_key
        settings.STRIPE_WEBHOOK_SECRETS = [running.world.payments.webhook_secret]
        yield shop_for(running, account="acct_1SandboxAcme")


def eventually(shop: Shop, wanted) -> bool:
    """Let the worker run until `wanted` holds, at most ten seconds."""
    for _ in range(100):
        shop.work()
        shop.later += timedelta(seconds=1)
        if wanted():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("switches", [{}, {"duplicate": 2, "reorder": True}, {"delay_ms": 700}])
def test_events_of_a_brokers_own_account_arrive_late_twice_and_out_of_order(connected: Shop, switches):
    connected.pay.control("webhooks", **switches).raise_for_status()
    begun = connected.begin()
    connected.confirm(begun)
    neighbour = another_customer(connected)
    other = neighbour.saved(MASTERCARD)
    connected.pay.control("cards/renew", payment_method=other.reference, exp_month=3).raise_for_status()
    assert eventually(connected, lambda: connected.cards() and neighbour.card(other).exp_month == 3)
    assert [card.account for card in connected.cards()] == ["acct_1SandboxAcme"]
    assert connected.differences() == []
