"""restrictions/booking-window: not yet, now, no longer."""

from datetime import timedelta

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors

INSIDE, OUTSIDE = "BookableWithinValidFromBeforeStartDate", "BookableOutsideValidFromBeforeStartDate"


@each_kind
@each_flow
def test_inside_it_is_booked(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make(INSIDE, kind, approval=approval)
    assert [answer.status_code for answer in each(partner, one, approval=approval).values()] == [200, 200, 201]


@each_kind
@each_flow
def test_outside_it_is_not(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make(OUTSIDE, kind, approval=approval)
    for answer in each(partner, one, approval=approval).values():
        assert item_errors(answer) == [["OpportunityOfferPairNotBookableError"]]


def test_the_window_opens(partner: Partner, state) -> None:
    one = partner.make(OUTSIDE)
    state.clock.advance(timedelta(days=5, minutes=1))
    try:
        assert partner.c1(one).status_code == 200
    finally:
        state.clock.advance(timedelta(days=-5, minutes=-1))
