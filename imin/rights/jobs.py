"""Background work on Customers' rights; it may run twice, beside itself, or be killed half-way."""

from procrastinate.contrib.django import app

from imin.ground import clock
from imin.ground.database import as_owner
from imin.rights.erase import erase_due


@app.periodic(cron="* * * * * */10")
@app.task(name="rights.erase", queueing_lock="rights.erase")
def erase(timestamp: int) -> None:
    """Every ten seconds: erase who asked for it."""
    del timestamp
    with as_owner():
        erase_due(now=clock.now())
