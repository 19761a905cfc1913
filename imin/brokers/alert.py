"""Telling the operators by mail that a domain began to fail, or has recovered."""

from django.conf import settings

from imin.ground import mail
from imin.ground.hosts import origin, platform_host
from imin.ground.log import logger
from imin.ground.outbox import Effect

_SUBJECTS = {"failing": "{host} is failing", "active": "{host} works again"}
_BODIES = {
    "failing": "Since {since} the checks of {host} find something wrong, time after time:\n\n  {problem}\n\n"
    "It is still served. The whole examination, with what to change, is in the console:\n{page}\n",
    "active": "{host} passes its checks again, since {since}.\n",
}


def alert(effect: Effect) -> None:
    """Send the mail of a stored alert; raises `RetryLaterError` when it cannot be sent just now."""
    if not settings.OPERATORS_MAIL:
        logger(__name__).warning("alert_to_nobody", **effect.payload)
        return
    page = f"{origin(platform_host('console'))}/brokers/broker/{effect.broker_id}/check/"
    what = {**effect.payload, "page": page}
    mail.send(
        to=settings.OPERATORS_MAIL,
        subject=_SUBJECTS[effect.payload["state"]].format(**what),
        body=_BODIES[effect.payload["state"]].format(**what),
        key=str(effect.id),
    )
