"""What becomes dearer while it is being booked."""

import json
from uuid import uuid4

from sandbox.leisure.app import State
from sandbox.leisure.money import priced
from tests.sandbox.leisure.approval.proposals import accept, proposed
from tests.sandbox.leisure.partner import Json, Partner
from tests.sandbox.leisure.stages import refused

DEARER = 1650


def dearer(state: State, one: Json) -> None:
    """Let the series of a session cost more."""
    series = int(one["superEvent"]["@id"].rpartition("/")[2])
    with state.store.work() as work:
        row = work.execute("SELECT data FROM opportunity WHERE id = %s", [series]).fetchone()
        offers = [{**offer, **priced(DEARER)} for offer in row["data"]["offers"]]
        data = json.dumps({**row["data"], "offers": offers})
        work.execute("UPDATE opportunity SET data = %s WHERE id = %s", [data, series])


def test_between_c2_and_b_the_old_total_is_refused_and_the_place_stays_held(partner: Partner, state: State) -> None:
    one, uuid = partner.make("BookableNonFree"), str(uuid4())
    assert partner.c2(one, uuid=uuid).json["totalPaymentDue"]["price"] == 14.99
    dearer(state, one)
    assert refused(partner.b(one, uuid=uuid)) == (400, "TotalPaymentDueMismatchError")
    assert partner.call("GET", f"/orders/{uuid}").status_code == 404
    assert partner.left(one) == 9
    due = partner.c2(one, uuid=uuid).json["totalPaymentDue"]
    assert due["price"] == 16.5
    booked = partner.b(one, uuid=uuid, totalPaymentDue=due)
    assert (booked.status_code, booked.json["totalPaymentDue"]["price"]) == (201, 16.5)
    assert partner.left(one) == 9


def test_between_c2_and_p_the_old_total_is_refused(partner: Partner, state: State) -> None:
    one, uuid = partner.make("BookableNonFree", approval=True), str(uuid4())
    assert partner.c2(one, uuid=uuid).status_code == 200
    dearer(state, one)
    assert refused(partner.p(one, uuid=uuid)) == (400, "TotalPaymentDueMismatchError")
    due = partner.c2(one, uuid=uuid).json["totalPaymentDue"]
    assert partner.p(one, uuid=uuid, totalPaymentDue=due).status_code == 201


def test_between_p_and_b_the_accepted_version_keeps_its_price(partner: Partner, state: State) -> None:
    one, proposal = proposed(partner, criterion="BookableNonFree")
    dearer(state, one)
    assert partner.act("SellerAcceptOrderProposal", proposal["@id"], "OrderProposal").status_code == 204
    booked = accept(partner, proposal)
    assert (booked.status_code, booked.json["totalPaymentDue"]["price"]) == (201, 14.99)
    assert booked.json["orderedItem"][0]["acceptedOffer"]["price"] == 14.99
