"""Background work on domains; every job may run twice or beside itself."""

from procrastinate.contrib.django import app

from imin.brokers.alert import alert
from imin.brokers.csp_reports import forget_old
from imin.brokers.recheck import recheck_due
from imin.brokers.settle import ALERT
from imin.ground import clock, outbox
from imin.ground.database import as_owner


@app.periodic(cron="*/5 * * * *")
@app.task(name="brokers.recheck_domains", queueing_lock="brokers.recheck_domains", lock="brokers.recheck_domains")
def recheck_domains(timestamp: int) -> None:
    """Every five minutes: look at the domains that are due."""
    del timestamp
    with as_owner():
        recheck_due(now=clock.now())


@app.periodic(cron="37 3 * * *")
@app.task(name="brokers.forget_reports", queueing_lock="brokers.forget_reports")
def forget_reports(timestamp: int) -> None:
    """Every night: drop what browsers reported long ago."""
    del timestamp
    with as_owner():
        forget_old(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="brokers.alert_operators", queueing_lock="brokers.alert_operators")
def alert_operators(timestamp: int) -> None:
    """Every minute: send the alerts that wait."""
    del timestamp
    with as_owner():
        outbox.drain(kind=ALERT, now=clock.now(), handle=alert)
