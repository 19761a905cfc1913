"""cancellation/cancellation-window: in time, and too late."""

from datetime import timedelta

from tests.sandbox.leisure.cancellation.patches import CANCELLED, patch, statuses
from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, refused, through


@each_kind
@each_flow
def test_in_time(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableCancellableWithinWindow", kind, approval=approval)
    order = through(partner, one, approval=approval).json
    assert partner.call("PATCH", order["@id"], patch(*order["orderedItem"])).status_code == 204
    assert statuses(partner.orders_feed(order["identifier"])) == [CANCELLED]


@each_kind
@each_flow
def test_too_late(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableCancellableOutsideWindow", kind, approval=approval)
    order = through(partner, one, approval=approval).json
    answer = partner.call("PATCH", order["@id"], patch(*order["orderedItem"]))
    assert refused(answer) == (400, "CancellationNotPermittedError")
    assert partner.left(one) == 9


def test_it_becomes_too_late(partner: Partner, state) -> None:
    order = partner.booked(partner.make("BookableCancellableWithinWindow"))
    state.clock.advance(timedelta(days=5, minutes=1))
    try:
        answer = partner.call("PATCH", order["@id"], patch(*order["orderedItem"]))
    finally:
        state.clock.advance(timedelta(days=-5, minutes=-1))
    assert refused(answer) == (400, "CancellationNotPermittedError")
    assert partner.call("PATCH", order["@id"], patch(*order["orderedItem"])).status_code == 204
