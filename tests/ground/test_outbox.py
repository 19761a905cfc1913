from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from imin.ground import outbox
from imin.ground.errors import RetryLaterError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BROKER = uuid4()


def put(**values):
    return outbox.put(**{"kind": "test.thing", "broker_id": BROKER, "payload": {"n": 1}, "now": NOW, **values})


def test_an_effect_is_done_once_when_it_is_due(owner):
    done = []
    due = put(due_at=NOW + timedelta(hours=24))
    assert outbox.drain(kind="test.thing", now=NOW, handle=done.append) == 0
    later = NOW + timedelta(hours=24)
    assert outbox.drain(kind="test.thing", now=later, handle=done.append) == 1
    assert outbox.drain(kind="test.thing", now=later, handle=done.append) == 0
    assert [effect.id for effect in done] == [due]


def test_an_effect_that_fails_is_tried_again_with_growing_pauses(owner):
    put()
    pauses, now = [], NOW

    def fail(effect):
        raise RetryLaterError("down")

    for _ in range(3):
        assert outbox.drain(kind="test.thing", now=now, handle=fail) == 0
        due = outbox.Effect.objects.get().due_at
        pauses.append(due - now)
        assert outbox.drain(kind="test.thing", now=due - timedelta(seconds=1), handle=fail) == 0
        now = due
    assert pauses == sorted(set(pauses))
    assert outbox.drain(kind="test.thing", now=now, handle=lambda _: None) == 1


def test_an_effect_whose_worker_died_is_done_after_the_lease(owner):
    put()

    class KilledError(BaseException):
        pass

    def die(effect):
        raise KilledError

    with pytest.raises(KilledError):
        outbox.drain(kind="test.thing", now=NOW, handle=die)
    assert outbox.drain(kind="test.thing", now=NOW, handle=lambda _: None) == 0
    assert outbox.drain(kind="test.thing", now=NOW + outbox.LEASE + timedelta(seconds=1), handle=lambda _: None) == 1


def test_what_was_done_is_forgotten_after_thirty_days(owner):
    put(payload={"n": "done"})
    outbox.drain(kind="test.thing", now=NOW, handle=lambda _: None)
    put(payload={"n": "waiting"})
    assert outbox.forget_done(now=NOW + outbox.KEPT) == 0
    assert outbox.forget_done(now=NOW + outbox.KEPT + timedelta(seconds=1)) == 1
    assert [effect.payload["n"] for effect in outbox.Effect.objects.all()] == ["waiting"]


def test_an_effect_that_kills_its_worker_holds_up_no_other(owner):
    put(payload={"n": "bad"})
    put(payload={"n": "good"})
    done = []

    def handle(effect):
        if effect.payload["n"] == "bad":
            raise ZeroDivisionError
        done.append(effect.payload["n"])

    with pytest.raises(ZeroDivisionError):
        outbox.drain(kind="test.thing", now=NOW, handle=handle)
    assert outbox.drain(kind="test.thing", now=NOW, handle=handle) == 1
    assert done == ["good"]
