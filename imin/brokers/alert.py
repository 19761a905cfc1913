"""Telling the operators, and the Broker at their own address, that a domain began to fail, or has recovered."""

from django.conf import settings

from imin.brokers.models import Broker
from imin.ground import mail
from imin.ground.hosts import origin, platform_host
from imin.ground.log import logger
from imin.ground.outbox import Effect

_SUBJECTS = {"failing": "{host} is failing", "active": "{host} works again"}
_BODIES = {
    "failing": "Since {since} the checks of {host} find something wrong, time after time:\n\n  {problem}\n\n"
    "It is still served. {where}\n",
    "active": "{host} passes its checks again, since {since}.\n",
}
_WHERE = "The whole examination, with what to change, is in the console:"
_HELP = "The operators of your cards pages are told too, and can say what to change."


def alert(effect: Effect) -> None:
    """Send the mail of a stored alert; raises `RetryLaterError` when it cannot be sent just now."""
    by_broker = effect.payload.get("to") == "broker"
    theirs = Broker.objects.filter(pk=effect.broker_id).values_list("alert_mail", flat=True)
    to = list(theirs) if by_broker else settings.OPERATORS_MAIL
    if not any(to):
        logger(__name__).warning("alert_to_nobody", **effect.payload)
        return
    page = f"{origin(platform_host('console'))}/brokers/broker/{effect.broker_id}/check/"
    what = {**effect.payload, "where": _HELP if by_broker else f"{_WHERE}\n{page}"}
    mail.send(
        to=to,
        subject=_SUBJECTS[effect.payload["state"]].format(**what),
        body=_BODIES[effect.payload["state"]].format(**what),
        key=str(effect.id),
    )
