"""core/availability-check: a quote says how many places are left for this customer."""

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors

LEFT = ("remainingAttendeeCapacity", "remainingUses")


def _left(item: dict) -> int:
    return next(item["orderedItem"][name] for name in LEFT if name in item["orderedItem"])


@each_kind
@each_flow
def test_a_quote_counts_as_the_feed_does(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableFiveSpaces", kind, approval=approval)
    for answer in (partner.c1(one, one), partner.c2(one)):
        assert answer.status_code == 200
    assert partner.left(one) == 2
    assert [_left(item) for item in partner.c1(one).json["orderedItem"]] == [2]


@each_kind
@each_flow
def test_what_is_full_is_refused_and_the_rest_is_not(partner: Partner, kind: str, *, approval: bool) -> None:
    full, free = partner.make("BookableNoSpaces", kind, approval=approval), partner.make(kind=kind, approval=approval)
    for answer in each(partner, full, free, approval=approval).values():
        assert item_errors(answer) == [["OpportunityIsFullError"], []]
        assert [_left(item) for item in answer.json["orderedItem"]] == [0, 10]
    assert partner.left(free) == 10
