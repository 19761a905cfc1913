"""Background work of the console."""

from uuid import UUID

from procrastinate.contrib.django import app

from imin.console import examination
from imin.ground import clock
from imin.ground.database import as_owner


@app.task(name="console.check_broker", lock="console.check_broker")
def check_broker(broker_id: str) -> None:
    """Look at a Broker from outside; one at a time, for each may take a minute."""
    with as_owner():
        examination.take(broker_id=UUID(broker_id), now=clock.now())
