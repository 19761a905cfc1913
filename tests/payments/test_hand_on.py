"""When the default expires, the newest usable card takes over: on the hour, or on the page that is opened before."""

from datetime import UTC, datetime, timedelta

import pytest

from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.expiry import end_of, last_ended
from imin.payments.hand_on import hand_on_due, is_due
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import Card
from tests.brokers import build
from tests.cards.person import Person, person
from tests.payments.shop import AMEX, MASTERCARD, VISA, another_customer, shop_for

SECOND = timedelta(seconds=1)
YEAR = clock.now().year + 1


@pytest.fixture
def alex(database) -> Person:
    build.broker("acmebroker")
    return person()


def default(alex: Person) -> str:
    with as_owner():
        return Card.objects.get(customer_id=alex.customer_id, is_default=True).last4


def told(alex: Person) -> list[tuple[str, str, dict]]:
    with as_owner():
        entries = HistoryEntry.objects.filter(customer_id=alex.customer_id).order_by("number")
        return [(entry.event, entry.by_whom, entry.said) for entry in entries]


def due(now: datetime) -> int:
    with as_owner():
        return hand_on_due(now=now)


def test_the_newest_usable_card_takes_over_right_to_the_second(alex):
    alex.card(last4="1111", is_default=True, exp_year=YEAR, exp_month=3)
    for number, more in enumerate(({"exp_year": YEAR + 1}, {"exp_year": YEAR + 1}, {"exp_year": YEAR - 1})):
        alex.card(last4=f"000{number}", created_at=clock.now() + timedelta(minutes=number), **more)
    end = end_of(YEAR, 3)
    assert (due(end - SECOND), default(alex)) == (0, "1111")
    assert (due(end), default(alex)) == (1, "0001")
    assert due(end) == 0
    assert told(alex) == [("made_default", "platform", {"because": "expired"})]


def test_an_expired_card_stays_the_default_where_nothing_is_usable(alex):
    alex.card(last4="1111", is_default=True, exp_year=YEAR, exp_month=3)
    alex.card(last4="2222", exp_year=YEAR, exp_month=2)
    assert (due(end_of(YEAR, 3)), default(alex), told(alex)) == (0, "1111", [])


def test_nobody_elses_card_takes_over(alex):
    alex.card(is_default=True, last4="1111", exp_year=YEAR, exp_month=3)
    person(subject="kim").card(exp_year=YEAR + 3)
    assert (due(end_of(YEAR, 3)), default(alex)) == (0, "1111")


def test_the_page_that_is_opened_first_hands_it_on_and_says_so(alex):
    last_year = clock.now().year - 1
    alex.card(last4="1111", is_default=True, exp_year=last_year)
    alex.card(last4="2222")
    page = alex.get().content.decode()
    assert default(alex) == "2222"
    assert page.index("2222") < page.index("1111")  # the default stands first
    assert "Your default card had expired." in alex.get("/edit/history").content.decode()


def test_a_look_at_cards_that_are_well_writes_nothing(alex):
    alex.card(is_default=True)
    alex.card(last4="2222")
    alex.get()
    assert told(alex) == []


def test_a_booking_by_hand_finds_the_card_that_took_over(pay, database):
    shop = shop_for(pay)
    old, new = shop.saved(exp_year=YEAR), shop.saved("5555555555554444", exp_year=YEAR + 2)
    assert old.is_default
    shop.later = end_of(YEAR, 6) - clock.now() + SECOND
    assert is_due(shop.cards(), shop.now)
    assert due(shop.now) == 1
    assert shop.card(new).is_default
    assert another_customer(shop).cards() == []


def test_the_last_month_that_has_ended_is_that_of_the_last_place():
    noon = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert (last_ended(noon - SECOND), last_ended(noon)) == ((2026, 11), (2026, 12))
    assert last_ended(datetime(2027, 3, 31, 23, 59, tzinfo=UTC)) == (2027, 2)


def test_a_card_that_is_finished_after_its_end_does_not_keep_the_default_from_a_usable_one(pay, database):
    """Its browser was lost, and nobody told us for more than a year: neither replacing nor renewing makes it usable."""
    for slug, again in (("replaced", MASTERCARD), ("renewed", VISA)):
        shop = shop_for(pay, slug)
        old, other = shop.saved(VISA, exp_year=YEAR + 2), shop.saved(AMEX, exp_year=YEAR + 5)
        begun = shop.begin(replaces=old if again == MASTERCARD else None)
        shop.confirm(begun, again, exp_year=YEAR)
        shop.later = end_of(YEAR, 6) - clock.now() + SECOND
        shop.finish(begun)
        assert [card.id for card in shop.cards() if card.is_default] == [other.id]
