"""Closing set-ups that are open at the payment service: their secret would let a browser go on trying there."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from imin.ground.log import logger
from imin.payments.add import close
from imin.payments.errors import PaymentServiceDownError, PaymentServiceRefusedError
from imin.payments.models import CardHold, CardSetup

_MOST = 500


def cancel_held(*, holds: Iterable[CardHold], now: datetime) -> int:
    """Cancel each open set-up that does not obey the `holds`; return how many. As the owner.

    A person's own all, after each failure: their next try begins anew, and finds the guard. Those of an address or
    a Broker when they were begun without the challenge that is now asked for, and all once it is stopped.
    """
    return sum(_cancel(setup, now) for hold in holds for setup in _disobeying(hold))


def _disobeying(hold: CardHold) -> list[CardSetup]:
    waiting = CardSetup.objects.filter(broker_id=hold.broker_id, status=CardSetup.Status.OPEN).exclude(reference="")
    if hold.customer_id:
        return list(waiting.filter(customer_id=hold.customer_id))
    if hold.step == CardHold.Step.SLOW:
        return []
    if hold.whose == CardHold.Whose.ADDRESS:
        waiting = waiting.filter(network=hold.network)
    unchallenged = Q() if hold.step == CardHold.Step.STOP else Q(challenge=False)
    return list(waiting.filter(unchallenged).order_by("created_at")[:_MOST])


def _cancel(setup: CardSetup, now: datetime) -> bool:
    try:
        close(setup=setup, now=now)
    except (PaymentServiceDownError, PaymentServiceRefusedError) as failure:
        logger(__name__).warning("setup_not_cancelled", setup=str(setup.id), reason=str(failure))
        return False
    return True
