"""The suite's two scripts of leases: five places, and one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.test import TestResponse

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import item_errors

LEASED, TOO_MANY = ["OpportunityCapacityIsReservedByLeaseError"], ["OpportunityHasInsufficientCapacityError"]
Call = Callable[..., TestResponse]


def seen(answer: TestResponse) -> set[Any]:
    """Return how many places an answer says are left."""
    names = ("remainingAttendeeCapacity", "remainingUses")
    return {
        item["orderedItem"][name]
        for item in answer.json["orderedItem"]
        for name in names
        if name in item["orderedItem"]
    }


def expires(answer: TestResponse) -> datetime:
    """Return when the lease of a quote ends."""
    return datetime.fromisoformat(answer.json["lease"]["leaseExpires"])


def five_places(partner: Partner, call: Call, kind: str) -> None:
    """Lease three, ask for ten, lease two, ask for one."""
    one = partner.make("BookableFiveSpaces", kind)
    first = call(one, one, one)
    assert (first.status_code, seen(first), partner.left(one)) == (200, {5}, 2)
    many = call(*[one] * 10)
    assert item_errors(many) == [[], [], LEASED, LEASED, LEASED, *[TOO_MANY] * 5]
    assert (seen(many), partner.left(one), "lease" in many.json) == ({2}, 2, False)
    second = call(one, one)
    assert (second.status_code, seen(second), partner.left(one)) == (200, {2}, 0)
    none = call(one)
    assert (item_errors(none), seen(none), partner.left(one)) == ([LEASED], {0}, 0)


def one_place(partner: Partner, call: Call, kind: str) -> None:
    """Lease the only one, and ask for it."""
    one = partner.make("BookableOneSpace", kind)
    first = call(one)
    assert (first.status_code, seen(first), partner.left(one)) == (200, {1}, 0)
    assert item_errors(call(one)) == [LEASED]
    assert partner.left(one) == 0
