"""The jobs are there for the worker, and do their work as the owner."""

from datetime import timedelta

from procrastinate.contrib.django import app

from imin.ground.database import as_owner
from imin.payments import jobs
from imin.payments.models import CardSetup
from tests.payments.shop import VISA, Shop
from tests.payments.test_events import deliver, told, unhandled


def test_every_job_is_periodic_and_never_queued_twice():
    ours = {name: task for name, task in app.tasks.items() if name.startswith("payments.")}
    names = ("follow_events", "detach", "sweep", "hand_on", "remind")
    assert set(ours) == {f"payments.{name}" for name in names}
    assert {name: task.queueing_lock for name, task in ours.items()} == {name: name for name in ours}
    scheduled = {periodic.task.name: periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
    assert scheduled["payments.follow_events"] == scheduled["payments.detach"] == "* * * * * */5"
    assert scheduled["payments.sweep"] == "* * * * *"
    assert scheduled["payments.hand_on"] == "0 * * * *"


def test_the_jobs_do_the_work(shop: Shop):
    shop.saved(VISA)
    shop.add(VISA)  # a duplicate that is to be given up
    begun = shop.begin()
    shop.confirm(begun, "5555555555554444")
    with as_owner():
        CardSetup.objects.filter(id=begun.setup_id).update(due_at=shop.now - timedelta(minutes=1))
    deliver(*told(shop, "setup_intent.succeeded"))
    jobs.detach(timestamp=0)
    assert len(shop.attached()) == 2
    jobs.sweep(timestamp=0)
    assert len(shop.cards()) == 2
    jobs.follow_events(timestamp=0)
    assert (unhandled(), shop.effects(), shop.differences()) == (0, 0, [])
