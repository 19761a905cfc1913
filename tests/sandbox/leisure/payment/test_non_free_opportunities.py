"""payment/non-free-opportunities: what costs something, and a booking that is asked for twice."""

from uuid import uuid4

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, through


@each_kind
@each_flow
def test_what_costs_something_is_booked(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("BookableNonFree", kind, approval=approval)
    order = through(partner, one, one, approval=approval)
    assert order.status_code == 201, order.json
    assert order.json["totalPaymentDue"]["price"] == 29.98


def test_the_same_again_is_the_same_answer_and_takes_no_place(partner: Partner) -> None:
    one, uuid = partner.make("BookableNonFree"), str(uuid4())
    made = through(partner, one, uuid=uuid)
    again = partner.b(one, uuid=uuid)
    assert (again.status_code, again.json) == (201, made.json)
    assert partner.left(one) == 9


def test_the_same_uuid_belongs_to_each_partner_alone(partner: Partner) -> None:
    from dataclasses import replace

    one, uuid = partner.make("BookableNonFree"), str(uuid4())
    answers = [replace(partner, name=name).b(one, uuid=uuid) for name in ("primary", "secondary")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json["orderedItem"][0]["@id"] != answers[1].json["orderedItem"][0]["@id"]
    assert partner.left(one) == 8
