"""What a person sees of the guard against card testing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import stripe

from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.add import Begun
from imin.payments.models import CardHold
from tests.cards.person import Person, text
from tests.payments.shop import DECLINED, LOST, NO_MONEY, VISA, Shop
from tests.payments.test_events import deliver, told

ADD = "/edit/cards/add"
BODY = {"consent": True}


def hold(sam: Person, step: CardHold.Step, *, wait: timedelta = timedelta(0), **more: str) -> None:
    now = clock.now()
    whose = more or {"whose": "customer", "customer_id": sam.customer_id}
    with as_owner():
        CardHold.objects.create(
            broker_id=sam.tenant.broker_id,
            step=step,
            because="a test",
            created_at=now,
            changed_at=now,
            wait_until=now + wait,
            until=now + timedelta(hours=24),
            **whose,
        )


def begin(sam: Person):
    return sam.ask(ADD, {**BODY, "attempt": str(uuid4())})


def test_who_is_stopped_reads_so_before_typing_a_card(sam):
    hold(sam, CardHold.Step.STOP)
    page = sam.get(ADD)
    assert page.status_code == 429
    assert 86_000 < int(page["Retry-After"]) <= 86_400
    assert "Please try again in 24 hours, or ask Acmebroker." in text(page)
    assert "your saved cards work as before" in text(page)
    assert "data-script" not in page.content.decode()
    assert sam.get().status_code == 200


def test_who_is_slowed_is_told_for_how_long_where_the_script_asks(sam):
    hold(sam, CardHold.Step.SLOW, wait=timedelta(minutes=4))
    assert sam.get(ADD).status_code == 200
    said = begin(sam)
    assert (said.status_code, said.json()["type"]) == (429, "AddingSlowedError")
    assert "Please wait 4 minutes" in said.json()["message"]
    assert 200 < int(said["Retry-After"]) <= 240


def test_an_address_that_is_stopped_stops_only_who_is_there(sam):
    hold(sam, CardHold.Step.STOP, whose="address", network="203.0.113.7")
    assert sam.get(ADD).status_code == 200
    assert sam.get(ADD, REMOTE_ADDR="203.0.113.7").status_code == 429


def test_a_broker_that_is_stopped_stops_everybody_there(sam):
    hold(sam, CardHold.Step.STOP, whose="broker")
    assert sam.get(ADD).status_code == 429
    assert begin(sam).status_code == 429


@pytest.mark.parametrize("ended", [{"lifted_at": clock.now()}, {"until": clock.now() - timedelta(seconds=1)}])
def test_a_hold_that_is_over_holds_nobody(sam, ended):
    hold(sam, CardHold.Step.STOP)
    with as_owner():
        CardHold.objects.update(**ended)
    assert sam.get(ADD).status_code == 200
    assert begin(sam).status_code == 200


def test_the_last_decline_is_told_when_its_set_up_was_closed(sam: Person, shop: Shop):
    said = begin(sam).json()
    begun = Begun(UUID(said["return_url"].rsplit("/", 1)[1]), said["client_secret"])
    for number in (DECLINED, LOST, DECLINED, NO_MONEY):
        with pytest.raises(stripe.CardError):
            shop.confirm(begun, number)
    deliver(*told(shop, "setup_intent.setup_failed"))
    shop.work()
    with pytest.raises(stripe.InvalidRequestError):
        shop.confirm(begun, VISA)
    page = sam.get(said["return_url"].removeprefix(sam.tenant.origin))
    assert page.status_code == 200
    assert "there is not enough money on this card." in text(page)
