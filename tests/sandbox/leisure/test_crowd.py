"""Many at once: whatever they do to each other, no place is lost and none sold twice, and nobody waits in a circle."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from werkzeug.test import TestResponse

from sandbox.leisure.programme.tick import expire
from tests.sandbox.leisure.cancellation.patches import patch
from tests.sandbox.leisure.partner import Json, Partner, accepting

EXPECTED = {200, 201, 204, 409}
COUNTED = """
    SELECT o.remaining, o.capacity
      - (SELECT count(*) FROM order_item i WHERE i.opportunity = o.id AND i.status NOT LIKE '%%Cancelled')
      - (SELECT coalesce(sum(places), 0) FROM lease l WHERE l.opportunity = o.id) AS right
    FROM opportunity o WHERE id = ANY(%(ids)s)
"""


def _quote(partner: Partner, things: list[Json]) -> list[TestResponse]:
    uuid = str(uuid4())
    return [partner.c2(*things, uuid=uuid), partner.call("DELETE", f"/order-quotes/{uuid}")]


def _book_and_cancel(partner: Partner, things: list[Json]) -> list[TestResponse]:
    uuid = str(uuid4())
    made = partner.b(*things, uuid=uuid)
    if made.status_code != 201:
        return [made]
    return [made, partner.call("PATCH", f"/orders/{uuid}", patch(made.json["orderedItem"][0]))]


def _propose(partner: Partner, things: list[Json]) -> list[TestResponse]:
    uuid = str(uuid4())
    asked = partner.p(*things, uuid=uuid)
    if asked.status_code != 201:
        return [asked]
    yes = partner.act("SellerAcceptOrderProposal", asked.json["@id"], "OrderProposal")
    return [yes, partner.call("PUT", f"/orders/{uuid}", accepting(asked.json["orderProposalVersion"], 1))]


def _replace(partner: Partner, things: list[Json]) -> list[TestResponse]:
    made = partner.b(things[0])
    if made.status_code != 201:
        return [made]
    return [partner.act("SellerRequestedCancellation", made.json["@id"]), partner.call("DELETE", made.json["@id"])]


def test_a_crowd_leaves_the_count_right(partner: Partner, state) -> None:
    simple, asked = ([partner.make("BookableFiveSpaces", approval=flow) for _ in range(3)] for flow in (False, True))
    deeds: list[tuple[Callable[[Partner, list[Json]], list[TestResponse]], list[Json]]] = [
        (_quote, simple), (_book_and_cancel, simple), (_replace, simple), (_propose, asked), (_quote, asked),
    ]  # fmt: skip

    def act(number: int) -> list[TestResponse]:
        chance = random.Random(number)
        deed, things = chance.choice(deeds)
        if number % 20 == 0:
            with state.store.work() as work:
                expire(work, state.clock.now())
        return deed(partner, [chance.choice(things) for _ in range(chance.randint(1, 3))])

    with ThreadPoolExecutor(8) as crowd:
        answers = [answer for done in crowd.map(act, range(160)) for answer in done]
    assert {answer.status_code for answer in answers} <= EXPECTED
    assert {201, 409} <= {answer.status_code for answer in answers}
    ids = [thing["@id"].rpartition("/")[2] for thing in simple + asked]
    counted = state.store.rows(COUNTED, {"ids": [int(one) for one in ids]})
    assert [row["remaining"] for row in counted] == [row["right"] for row in counted]


def test_200_at_once_for_one_of_two_places_each_never_oversell(partner: Partner, state) -> None:
    """Orders for two opportunities, named in either order: none of them waits in a circle."""
    one, two = (partner.make("BookableFiveSpaces") for _ in range(2))
    pairs = [(one, two) if number % 2 else (two, one) for number in range(100)]
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda pair: partner.b(*pair), pairs))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 95
    assert (partner.left(one), partner.left(two)) == (0, 0)


def test_the_same_booking_at_once_is_one(partner: Partner) -> None:
    one, uuid = partner.make("BookableFiveSpaces"), str(uuid4())
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: partner.b(one, uuid=uuid), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert partner.left(one) == 4
