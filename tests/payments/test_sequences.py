"""Whatever a Customer, their bank, orders, both clocks and a crash do in whatever order, the rules of cards hold.

Each step goes through our verbs and a running payment service, is told by signed webhooks that come late, twice and out
of order, and is followed by a look at every rule. 2,000 steps and more, the same ones in each run.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from imin.brokers.acting import acting
from imin.ground.database import as_owner
from imin.ground.errors import IminError
from imin.payments.bookings.move import move
from imin.payments.bookings.place import release
from imin.payments.bookings.queries import of_customer
from imin.payments.errors import PaymentServiceDownError
from imin.payments.events import receive
from imin.payments.hand_on import hand_on, hand_on_due, is_due
from imin.payments.history_check import BEGINNING, digest_of, examine, hash_of
from imin.payments.history_entry import HistoryEntry, HistoryHead
from imin.payments.models import UNDO_PERIOD, Card, CardBooking
from imin.rights.ask import ask_to_erase
from imin.rights.erase import erase_due
from tests.payments.shop import AMEX, MASTERCARD, OTHER_VISA, VISA, Shop, another_customer, shop_for
from tests.payments.test_events import signed
from tests.payments.test_failures import refusing

MOST = 3
PARTS, STORIES, LENGTH = 10, 3, 65
FOLLOWED = {
    "setup_intent.succeeded",
    "payment_method.updated",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "customer.deleted",
}
NUMBERS = st.sampled_from([VISA, OTHER_VISA, MASTERCARD, AMEX])
WHICH, MONTH, YEARS = st.integers(0, 4), st.integers(1, 12), st.integers(1, 2)


@dataclass
class Story:
    """One Customer's life with cards, and what a bank has done of which nobody has told us yet."""

    shop: Shop
    known: str = ""  # the newest event that was delivered
    withdrawn: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    orders: Iterator[int] = field(default_factory=count)
    last: tuple[int, str] = (0, BEGINNING)  # number and hash of the newest entry of the history that was looked at

    # ── what may happen ──

    def add(self, number: str, years: int) -> None:
        self.shop.add(number, exp_year=self.shop.now.year + years)

    def replace(self, which: int, number: str, years: int) -> None:
        if old := self.card(which):
            self.shop.replace(old, number, exp_year=self.shop.now.year + years)

    def edit(self, which: int, month: int) -> None:
        if card := self.card(which):
            self.shop.edit(card, exp_month=month, nickname=f"No {month}")

    def default(self, which: int) -> None:
        if card := self.card(which):
            self.shop.make_default(card)

    def remove(self, which: int, to: int) -> None:
        """Remove a card; bookings that need it go to another one, or are not thought of."""
        if card := self.card(which):
            self.shop.remove(card, bookings_to=self.card(to))

    def leave(self, which: int) -> None:
        if card := self.card(which):
            self.shop.leave(card)

    def stay(self, which: int) -> None:
        if card := self.card(which):
            self.shop.stay(card)

    def undo(self, which: int) -> None:
        if removed := self.shop.removed():
            self.shop.undo(removed[which % len(removed)])

    def book(self, which: int, weeks: int) -> None:
        if card := self.card(which):
            self.shop.book(card, days=7 * weeks, reference=f"order-{next(self.orders)}")

    def move(self, which: int, to: int) -> None:
        booking, card = self.booking(which), self.card(to)
        if booking and card:
            move(**self.shop.whose, booking_id=booking.id, card_id=card.id, now=self.shop.now)

    def release(self, which: int) -> None:
        if booking := self.booking(which):
            release(**self.shop.whose, reference=booking.reference, now=self.shop.now)

    def bank_renews(self, which: int, month: int) -> None:
        if (card := self.card(which)) and card.reference not in self.withdrawn:
            self.shop.pay.control("cards/renew", payment_method=card.reference, exp_month=month).raise_for_status()

    def bank_withdraws(self, which: int) -> None:
        if (card := self.card(which)) and card.reference not in self.withdrawn:
            self.shop.pay.control("cards/detach", payment_method=card.reference).raise_for_status()
            self.withdrawn.add(card.reference)
            self.untold.add(card.reference)

    def payer_goes(self) -> None:
        """Have somebody delete the payer at the payment service, and with them every card there."""
        gone = self.attached()
        for payer in self.payers():
            self.shop.pay.client().v1.customers.delete(payer)
        self.withdrawn |= gone
        self.untold |= gone

    def webhooks(self, how: str) -> None:
        """Deliver what happened since the last time, and follow it."""
        since = {"ending_before": self.known} if self.known else {}
        key = self.shop.pay.world.payments.secret_key  # read without the SDK, which makes an object of every member
        found = self.shop.pay.session.get(
            f"{self.shop.pay.url}/v1/events", params={"limit": 100, **since}, auth=(key, ""), timeout=10
        ).json()["data"]
        self.known = found[0]["id"] if found else self.known
        bodies = [json.dumps(event) for event in found if event["type"] in FOLLOWED]
        for body in {"late": bodies[::-1], "backwards": bodies, "twice": bodies + bodies[::-1]}[how]:
            receive(body=body.encode(), signature=signed(body), now=self.shop.now)
        self.wait(hours=1)
        self.shop.work()
        self.untold.clear()

    def wait(self, *, hours: int) -> None:
        """Let time pass; the worker hands defaults on as it does on every hour."""
        self.shop.later += timedelta(hours=hours)
        with as_owner():
            hand_on_due(now=self.shop.now)

    def months(self, months: int) -> None:
        """Let so much time pass that cards expire."""
        self.wait(hours=31 * 24 * months)

    def months_alone(self, months: int) -> None:
        """Let so much time pass without a worker; then the Customer opens a page."""
        self.shop.later += timedelta(days=31 * months)
        if is_due(self.shop.cards(), self.shop.now):
            hand_on(**self.shop.whose, now=self.shop.now)

    def their_clock(self, hours: int) -> None:
        """Bring the payment service's clock to ours, or beyond."""
        ahead = int(self.shop.later.total_seconds()) + 3600 * hours - self.shop.pay.service.state.clock.offset
        self.shop.pay.control("clock", advance=max(0, ahead)).raise_for_status()

    def erase(self, number: str, years: int, *, down: bool) -> None:
        """Erase the Customer, whether or not the payment service is down at first; somebody new adds a card."""
        ask_to_erase(**self.shop.whose, now=self.shop.now)
        if down:
            with self.shop.fault("down", "/v1"), as_owner():
                erase_due(now=self.shop.now)
            self.wait(hours=2)
        with as_owner():
            erase_due(now=self.shop.now)
            left = Card.objects.filter(customer_id=self.shop.customer_id).exclude(status=Card.Status.DETACHED)
            assert not left.exists(), "an erased Customer has no card"
        assert self.attached() == set(), "nor at the payment service"
        later, self.shop = self.shop.later, another_customer(self.shop)
        self.shop.later, self.last = later, (0, BEGINNING)
        self.withdrawn.clear()
        self.untold.clear()
        self.add(number, years)

    def work(self) -> None:
        self.shop.work()

    # ── crashes ──

    def crash_unfinished(self, number: str) -> None:
        """Lose the browser after the bank said yes."""
        self.shop.confirm(self.shop.begin(), number, exp_year=self.shop.now.year + 1)

    def crash_at_commit(self, number: str) -> None:
        """Lose the process at the end of the transaction that saves a card."""
        begun = self.shop.begin()
        self.shop.confirm(begun, number, exp_year=self.shop.now.year + 1)
        with refusing("status <> 'saved' OR outcome = ''"):
            self.shop.finish(begun)

    def crash_in_replacing(self, which: int, number: str) -> None:
        """Lose the process at the end of the transaction that replaces a card."""
        if old := self.card(which):
            begun = self.shop.begin(replaces=old)
            self.shop.confirm(begun, number, exp_year=self.shop.now.year + 1)
            with refusing("status <> 'saved' OR outcome = ''"):
                self.shop.finish(begun)

    def crash_in_editing(self, which: int, month: int) -> None:
        """Lose the payment service's answer to an edit that it made."""
        with self.shop.fault("drop_after", "/v1/payment_methods"):
            self.edit(which, month)

    def crash_in_working(self) -> None:
        """Let the worker find the payment service down."""
        with self.shop.fault("down", "/v1"):
            self.shop.work()

    # ── what there is ──

    def card(self, which: int) -> Card | None:
        cards = sorted(self.shop.cards(), key=lambda card: (card.created_at, card.id))
        return cards[which % len(cards)] if cards else None

    def bookings(self) -> list[CardBooking]:
        with acting(self.shop.tenant.broker_id, self.shop.customer_id):
            return of_customer(self.shop.customer_id, self.shop.now)

    def booking(self, which: int) -> CardBooking | None:
        bookings = self.bookings()
        return bookings[which % len(bookings)] if bookings else None

    def attached(self) -> set[str]:
        """Return the tokens that the payment service has; read in its memory, since every step asks."""
        payers = self.payers()
        return {one["id"] for one in self._theirs("payment_method") if one["customer"] in payers}

    def payers(self) -> set[str]:
        """Return the Customer's payers at the payment service; deleted ones have no metadata there."""
        ours = str(self.shop.customer_id)
        return {one["id"] for one in self._theirs("customer") if ours in one.get("metadata", {}).values()}

    def _theirs(self, kind: str) -> list[dict[str, Any]]:
        state = self.shop.pay.service.state
        with state.lock:
            return [one for account in state.accounts for one in state.store.every(account, kind)]

    # ── what must be so after every step ──

    def check(self) -> None:
        now, there = self.shop.now, self.attached()
        with as_owner():
            mine = Card.objects.filter(customer_id=self.shop.customer_id)
            saved = list(mine.exclude(status=Card.Status.DETACHED))
            bookings = of_customer(self.shop.customer_id, now)
            self.check_history()
        cards = [card for card in saved if card.status == Card.Status.ACTIVE]
        usable = [card for card in cards if card.can_be_default(now)]
        defaults = [card for card in cards if card.is_default]
        if usable:
            assert len(defaults) == 1, "exactly one default whenever a card is usable"
            assert defaults[0] in usable, "and that is a usable one"
        assert len(defaults) <= 1
        assert len(cards) <= MOST
        assert len({card.fingerprint for card in cards}) == len(cards), "no card twice"
        lost = {card.reference for card in cards} - there
        assert lost <= self.untold, "nothing usable that the payment service does not have"
        undoable = {card.reference for card in saved if card.removed_at and now < card.removed_at + UNDO_PERIOD}
        assert undoable - there <= self.untold, "nothing to be brought back that the payment service does not have"
        for booking in bookings:
            held = booking.card.reference
            assert held in there | self.withdrawn, "nothing detached by us that a booking still needs"
            assert booking.card.status == Card.Status.ACTIVE or held in self.withdrawn, "no booking on a removed card"
            assert booking.card.leaves_at is None or booking.card.leaves_at >= booking.until

    def check_history(self) -> None:
        """Look at what was added to the history since the last step; what was before, the end looks at once more."""
        number, last = self.last
        for entry in HistoryEntry.objects.filter(customer_id=self.shop.customer_id, number__gt=number).order_by("id"):
            assert (entry.number, entry.previous) == (number + 1, last), "the history goes on where it was"
            assert (entry.hash, entry.digest) == (hash_of(entry), digest_of(entry)), "each entry is whole"
            number, last = entry.number, entry.hash
        head = HistoryHead.objects.filter(customer_id=self.shop.customer_id).values_list("number", "hash").first()
        assert (head or (0, BEGINNING)) == (number, last), "the head is the newest"
        self.last = number, last

    def end(self) -> None:
        """Let everything come to rest: both sides must agree to the card."""
        self.webhooks("late")
        for hours in (30, 30):
            self.wait(hours=hours)
            self.work()
        self.check()
        assert {card.reference for card in self.shop.cards()} == self.attached()
        with as_owner():
            assert examine(broker_id=self.shop.tenant.broker_id).problems == [], "the history is whole"


Step = tuple[str, tuple[Any, ...], dict[str, Any]]


def step(verb: Callable[..., None], *more: Any, **named: Any) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(verb.__name__), st.tuples(*more), st.fixed_dictionaries(named))


ADD, BOOK = step(Story.add, NUMBERS, YEARS), step(Story.book, WHICH, st.integers(1, 60))
RARE = st.one_of(step(Story.payer_goes), step(Story.erase, NUMBERS, YEARS, down=st.booleans())).map(lambda one: one)
STEPS = st.one_of(
    BOOK,
    BOOK,
    BOOK,
    ADD,
    step(Story.replace, WHICH, NUMBERS, YEARS),
    step(Story.edit, WHICH, MONTH),
    step(Story.default, WHICH),
    step(Story.remove, WHICH, WHICH),
    step(Story.leave, WHICH),
    step(Story.stay, WHICH),
    step(Story.undo, WHICH),
    step(Story.move, WHICH, WHICH),
    step(Story.release, WHICH),
    step(Story.bank_renews, WHICH, MONTH),
    step(Story.bank_withdraws, WHICH),
    RARE,
    step(Story.webhooks, st.sampled_from(["late", "backwards", "twice"])),
    step(Story.wait, hours=st.integers(1, 30)),
    step(Story.months, st.integers(1, 9)),
    step(Story.months_alone, st.integers(1, 9)),
    step(Story.their_clock, st.integers(0, 72)),
    step(Story.work),
    step(Story.crash_unfinished, NUMBERS),
    step(Story.crash_at_commit, NUMBERS),
    step(Story.crash_in_replacing, WHICH, NUMBERS),
    step(Story.crash_in_editing, WHICH, MONTH),
    step(Story.crash_in_working),
)


HALVES = [pytest.param(part, marks=pytest.mark.xdist_group(f"sequences {part % 2}")) for part in range(PARTS)]


@pytest.mark.parametrize("part", HALVES)  # in parts, so that none takes long; in halves, so that two workers share them
def test_the_rules_of_cards_hold_in_every_sequence(pay, database, part):
    taken, known = 0, ""
    slugs = (f"broker{number}" for number in count())

    @settings(
        max_examples=STORIES,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking would replay for minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @seed(part)
    @given(first=st.tuples(ADD, ADD, BOOK), steps=st.lists(STEPS, min_size=LENGTH, max_size=LENGTH))
    def tell(first: tuple[Step, ...], steps: list[Step]) -> None:
        nonlocal taken, known
        story = Story(shop_for(pay, next(slugs), max_cards=MOST), known)
        story.shop.later = timedelta(seconds=pay.service.state.clock.offset)  # theirs never goes backwards
        for verb, more, named in [*first, *steps]:
            taken += 1
            try:
                getattr(story, verb)(*more, **named)
            except (PaymentServiceDownError, IntegrityError):
                assert verb.startswith("crash"), verb
            except IminError as refusal:
                assert refusal.status < 500, refusal  # noqa: PT017 the rules may refuse
            story.check()
        story.end()
        known = story.known

    tell()
    assert taken >= STORIES * LENGTH


def test_all_parts_together_take_two_thousand_steps():
    assert PARTS * STORIES * (LENGTH + 3) >= 2000
