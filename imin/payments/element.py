"""What the page that shows the payment service's card fields needs."""

from datetime import datetime

from imin.brokers.acting import acting
from imin.payments.accounts import account_of
from imin.payments.gateways.base import Element
from imin.payments.gateways.chosen import gateway
from imin.payments.guard.check import Guarded, refuse_stopped


def element(who: Guarded, *, now: datetime) -> Element:
    """Return script, key, account and origins for a Broker's card fields; opens its own transaction.

    Raises `AddingStoppedError`: whoever may add no card is shown no fields.
    """
    with acting(who.broker_id, who.customer_id):
        refuse_stopped(who, now=now)
        account = account_of(who.broker_id)
    return gateway().element(account=account)


__all__ = ["Element", "Guarded", "element"]
