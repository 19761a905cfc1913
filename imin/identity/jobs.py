"""Signing in's background work."""

from procrastinate.contrib.django import app

from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity.clean import clean


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="identity_clean", pass_context=False)
def clean_sign_ins(timestamp: int) -> None:
    """Every hour: `clean.clean`. Procrastinate passes the `timestamp` (seconds) for which the run was due."""
    del timestamp
    with as_owner():
        clean(now=clock.now())
