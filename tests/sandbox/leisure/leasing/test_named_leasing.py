"""leasing/named-leasing: C2 holds the places, and the same C2 again holds the same."""

from datetime import timedelta
from uuid import uuid4

import pytest

from sandbox.leisure.state import LEASE
from tests.sandbox.leisure.leasing.leases import expires, five_places, one_place, seen
from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_kind


def test_a_quote_says_until_when(partner: Partner, state) -> None:
    now = state.clock.now()
    assert now < expires(partner.c2(partner.make())) <= now + LEASE + timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["ScheduledSession", "FacilityUseSlot"])
def test_five_places(partner: Partner, kind: str) -> None:
    five_places(partner, partner.c2, kind)


@each_kind
def test_one_place(partner: Partner, kind: str) -> None:
    one_place(partner, partner.c2, kind)


@each_kind
def test_ones_own_lease_is_never_in_ones_own_way(partner: Partner, kind: str) -> None:
    one, uuid = partner.make(kind=kind), str(uuid4())
    for call in (partner.c1, partner.c2, partner.c2):
        assert seen(call(one, one, uuid=uuid)) == {10}
        assert partner.left(one) == 8
    assert partner.b(one, one, uuid=uuid).status_code == 201
    assert partner.left(one) == 8
