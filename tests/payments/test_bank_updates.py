"""What a bank does to a card by itself: followed and told as the bank's, late, doubled and in any order."""

from datetime import timedelta
from itertools import permutations

from imin.brokers.acting import acting
from imin.ground.database import as_owner
from imin.payments.history import By, Event
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import Card, GatewayEvent
from tests.payments.shop import MASTERCARD, VISA, YEAR, Shop
from tests.payments.test_events import deliver, told

BY_BANK = "payment_method.automatically_updated"
BY_SOMEBODY = "payment_method.updated"
DETACHED = "payment_method.detached"
HOUR = 3600


def renew(shop: Shop, card: Card, month: int, *, after_seconds: int = 0) -> None:
    """Let the bank give the card another month, by a payment service whose clock is moved before."""
    if after_seconds:
        shop.pay.control("clock", advance=after_seconds).raise_for_status()
    shop.pay.control(
        "cards/renew", payment_method=card.reference, exp_month=month, exp_year=YEAR + 4
    ).raise_for_status()


def noted(shop: Shop, *events: Event) -> list[tuple[str, str]]:
    with acting(shop.tenant.broker_id, shop.customer_id):
        found = HistoryEntry.objects.filter(event__in=events).order_by("number")
        return [(entry.event, entry.by_whom) for entry in found]


def test_the_banks_update_is_noted_with_what_changed_and_when_it_did_it(shop: Shop):
    card = shop.saved(VISA)
    renew(shop, card, 2, after_seconds=HOUR)
    deliver(*told(shop, BY_BANK))
    shop.work()
    assert noted(shop, Event.UPDATED_BY_BANK, Event.UPDATED) == [(Event.UPDATED_BY_BANK, By.BANK)]
    with acting(shop.tenant.broker_id, shop.customer_id):
        said = HistoryEntry.objects.get(event=Event.UPDATED_BY_BANK).said
    assert said["changes"]["expiry"] == [f"06/{YEAR}", f"02/{YEAR + 4}"]
    updated = shop.card(card).bank_updated_at
    assert timedelta(minutes=59) < updated - shop.now < timedelta(minutes=61)  # by the payment service's clock


def test_an_event_that_comes_twice_is_noted_once(shop: Shop):
    card = shop.saved(VISA)
    renew(shop, card, 2)
    bodies = told(shop, BY_BANK)
    for _ in range(2):
        deliver(*bodies)
        shop.work()
    with as_owner():  # as when it comes again after we have forgotten that it came
        GatewayEvent.objects.all().delete()
    deliver(*bodies)
    shop.work()
    assert noted(shop, Event.UPDATED_BY_BANK) == [(Event.UPDATED_BY_BANK, By.BANK)]


def test_an_older_update_that_comes_late_changes_and_notes_nothing(shop: Shop):
    card = shop.saved(VISA)
    renew(shop, card, 2)
    renew(shop, card, 9, after_seconds=HOUR)
    late, newer = told(shop, BY_BANK)
    deliver(newer)
    shop.work()
    at = shop.card(card).bank_updated_at
    deliver(late)
    shop.work()
    assert (shop.card(card).exp_month, shop.card(card).bank_updated_at) == (9, at)
    assert noted(shop, Event.UPDATED_BY_BANK) == [(Event.UPDATED_BY_BANK, By.BANK)]


def test_whatever_order_the_banks_and_anothers_change_arrive_in_the_bank_is_named(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.payment_methods.update(card.reference, {"card": {"exp_month": 1}})
    renew(shop, card, 9, after_seconds=HOUR)
    bodies = told(shop, BY_BANK, BY_SOMEBODY)
    assert len(bodies) == 2
    for order in permutations(bodies):
        with as_owner():
            GatewayEvent.objects.all().delete()
            Card.objects.update(bank_updated_at=None, exp_month=6)
        before = len(noted(shop, Event.UPDATED_BY_BANK))
        deliver(*order)
        shop.work()
        assert shop.card(card).exp_month == 9
        assert shop.card(card).bank_updated_at
        assert len(noted(shop, Event.UPDATED_BY_BANK)) == before + 1


def test_what_somebody_changes_in_the_dashboard_is_not_called_the_banks(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.payment_methods.update(card.reference, {"card": {"exp_month": 1}})
    deliver(*told(shop, BY_SOMEBODY))
    shop.work()
    assert noted(shop, Event.UPDATED_BY_BANK, Event.UPDATED) == [(Event.UPDATED, By.SERVICE)]
    assert shop.card(card).bank_updated_at is None


def test_our_own_edit_comes_back_as_an_event_and_is_noted_once(shop: Shop):
    card = shop.saved(VISA)
    shop.edit(card, exp_month=1)
    deliver(*told(shop, BY_SOMEBODY))
    shop.work()
    assert noted(shop, Event.EDITED, Event.UPDATED) == [(Event.EDITED, By.CUSTOMER)]


def test_a_withdrawn_card_is_kept_in_mind_by_the_booking_that_needs_it(shop: Shop):
    card, other = shop.saved(VISA), shop.saved(MASTERCARD)
    shop.book(card)
    shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
    deliver(*told(shop, DETACHED), *told(shop, DETACHED))
    shop.work()
    gone = shop.card(card)
    assert (gone.status, gone.withdrawn_at is None) == ("detached", False)
    assert shop.needing(card) == ["order-1"]
    assert noted(shop, Event.DETACHED) == [(Event.DETACHED, By.SERVICE)]
    assert shop.card(other).is_default


def test_what_we_give_up_ourselves_is_not_called_withdrawn(shop: Shop):
    card = shop.saved(VISA)
    shop.remove(card)
    shop.later = timedelta(hours=25)
    shop.work()
    deliver(*told(shop, DETACHED))
    shop.work()
    assert shop.card(card).withdrawn_at is None
    assert noted(shop, Event.DETACHED) == [(Event.DETACHED, By.PLATFORM)]


def test_a_detachment_that_comes_before_the_banks_update_wins_in_any_order(shop: Shop):
    for first in (BY_BANK, DETACHED):
        card = shop.saved(VISA)
        with as_owner():
            GatewayEvent.objects.all().delete()
        renew(shop, card, 2)
        shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
        second = {BY_BANK: DETACHED, DETACHED: BY_BANK}[first]
        for kind in (first, second):
            deliver(told(shop, kind)[-1])
            shop.work()
        assert shop.card(card).status == "detached"
    assert shop.differences() == []
