"""core/past-opportunities: nobody books what has begun."""

from datetime import timedelta

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors


@each_kind
@each_flow
def test_what_has_begun_is_refused(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableInPast", kind, approval=approval)
    for answer in each(partner, one, approval=approval).values():
        assert item_errors(answer) == [["OpportunityOfferPairNotBookableError"]]


def test_what_begins_meanwhile_is_refused_too(partner: Partner, state) -> None:
    one = partner.make()
    assert partner.c2(one).status_code == 200
    state.clock.advance(timedelta(days=8))
    try:
        assert item_errors(partner.b(one)) == [["OpportunityOfferPairNotBookableError"]]
    finally:
        state.clock.advance(timedelta(days=-8))


def test_what_was_cancelled_is_refused(partner: Partner, state) -> None:
    one = partner.make()
    with state.store.work() as work:
        work.execute("UPDATE opportunity SET cancelled = true WHERE id = %s", [one["identifier"]])
    assert partner.item(one["@type"], one["@id"])["eventStatus"] == "https://schema.org/EventCancelled"
    assert item_errors(partner.c1(one)) == [["OpportunityOfferPairNotBookableError"]]
