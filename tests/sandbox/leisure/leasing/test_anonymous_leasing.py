"""leasing/anonymous-leasing: C1 holds the places, though nobody has a name yet."""

from datetime import timedelta
from uuid import uuid4

import pytest

from sandbox.leisure.programme.tick import expire
from sandbox.leisure.state import LEASE
from tests.sandbox.leisure.leasing.leases import expires, five_places, one_place
from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_kind, item_errors


def test_a_quote_says_until_when(partner: Partner, state) -> None:
    now = state.clock.now()
    assert now < expires(partner.c1(partner.make())) <= now + LEASE + timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["ScheduledSession", "FacilityUseSlot"])
def test_five_places(partner: Partner, kind: str) -> None:
    five_places(partner, partner.c1, kind)


@each_kind
def test_one_place(partner: Partner, kind: str) -> None:
    one_place(partner, partner.c1, kind)


@pytest.fixture
def later(state):
    """The time at which the leases of now have run out."""
    state.clock.advance(LEASE + timedelta(minutes=1))
    yield
    state.clock.advance(-LEASE - timedelta(minutes=1))


def test_a_lease_runs_out(partner: Partner, state, request) -> None:
    one = partner.make("BookableOneSpace")
    partner.c1(one)
    assert item_errors(partner.c1(one)) == [["OpportunityCapacityIsReservedByLeaseError"]]
    request.getfixturevalue("later")
    assert partner.c1(one).status_code == 200
    assert partner.left(one) == 0


def test_the_feed_tells_that_it_ran_out_though_nobody_asks(partner: Partner, state, request) -> None:
    one = partner.make("BookableOneSpace")
    partner.c1(one)
    request.getfixturevalue("later")
    with state.store.work() as work:
        expire(work, state.clock.now())
    assert partner.left(one) == 1


def test_whose_lease_ran_out_books_if_places_are_left(partner: Partner, state, request) -> None:
    one, mine, theirs = partner.make("BookableOneSpace"), str(uuid4()), str(uuid4())
    partner.c2(one, uuid=mine)
    request.getfixturevalue("later")
    assert partner.c2(one, uuid=theirs).status_code == 200
    assert item_errors(partner.b(one, uuid=mine)) == [["OpportunityCapacityIsReservedByLeaseError"]]
    assert partner.b(one, uuid=theirs).status_code == 201
    assert item_errors(partner.b(one, uuid=mine)) == [["OpportunityIsFullError"]]
