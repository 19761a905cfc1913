"""Background work on cards; every job may run twice, beside itself, or be killed half-way."""

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from imin.ground import clock
from imin.ground.database import as_owner
from imin.payments.consents.end import forget_old as forget_evidence
from imin.payments.detach import detach_due
from imin.payments.events import forget_old, handle_due
from imin.payments.guard import alert
from imin.payments.guard import count as guard
from imin.payments.hand_on import hand_on_due
from imin.payments.leave import leave_due
from imin.payments.remind import remind_due
from imin.payments.sweep import sweep_changes, sweep_setups

_EVERY_FIVE_SECONDS = "* * * * * */5"
_EVERY_MINUTE = "* * * * *"
_ON_THE_HOUR = "0 * * * *"
_BY_DAY = "23 8-18 * * *"  # often enough that a worker which was down in the morning loses no day


@app.periodic(cron=_EVERY_FIVE_SECONDS)
@app.task(name="payments.follow_events", queueing_lock="payments.follow_events")
def follow_events(timestamp: int) -> None:
    """Follow the events of the payment service."""
    del timestamp
    with as_owner():
        handle_due(now=clock.now())


def follow_soon() -> None:
    """Wake a worker to follow what was just stored, unless it waits for one already."""
    with suppress(AlreadyEnqueued):
        follow_events.configure().defer(timestamp=0)


@app.periodic(cron=_EVERY_FIVE_SECONDS)
@app.task(name="payments.detach", queueing_lock="payments.detach")
def detach(timestamp: int) -> None:
    """Give up what is to be given up at the payment service."""
    del timestamp
    with as_owner():
        detach_due(now=clock.now())


@app.periodic(cron=_EVERY_MINUTE)
@app.task(name="payments.sweep", queueing_lock="payments.sweep")
def sweep(timestamp: int) -> None:
    """Finish what was left half-done, and let go what was to leave by now."""
    del timestamp
    with as_owner():
        now = clock.now()
        sweep_setups(now=now)
        sweep_changes(now=now)
        leave_due(now=now)
        forget_old(now=now)
        guard.forget_old(now=now)
        alert.send_due(now=now)
        forget_evidence(now=now)


@app.periodic(cron=_ON_THE_HOUR)
@app.task(name="payments.hand_on", queueing_lock="payments.hand_on", lock="payments.hand_on")
def hand_on(timestamp: int) -> None:
    """Hand on the defaults that have just expired."""
    del timestamp
    with as_owner():
        hand_on_due(now=clock.now())


@app.periodic(cron=_BY_DAY)
@app.task(name="payments.remind", queueing_lock="payments.remind", lock="payments.remind")
def remind(timestamp: int) -> None:
    """Have Customers told whose card expires soon."""
    del timestamp
    with as_owner():
        remind_due(now=clock.now())
