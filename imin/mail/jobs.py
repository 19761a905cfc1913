"""Background work on mails; every job may run twice, beside itself, or be killed half-way."""

from procrastinate.contrib.django import app

from imin.ground import clock
from imin.ground.database import as_owner
from imin.mail.forget import forget_old
from imin.mail.send import send_due


@app.periodic(cron="* * * * *")
@app.task(name="mail.send", queueing_lock="mail.send", lock="mail.send")
def send(timestamp: int) -> None:
    """Every minute: send the mails that wait."""
    del timestamp
    with as_owner():
        send_due(now=clock.now())


@app.periodic(cron="51 3 * * *")
@app.task(name="mail.forget", queueing_lock="mail.forget")
def forget(timestamp: int) -> None:
    """Every night: drop what is known of old mails."""
    del timestamp
    with as_owner():
        forget_old(now=clock.now())
