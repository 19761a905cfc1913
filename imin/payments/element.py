"""What the page that shows the payment service's card fields needs."""

from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.accounts import account_of
from imin.payments.gateways.base import Element
from imin.payments.gateways.chosen import gateway


def element(broker_id: UUID) -> Element:
    """Return script, key, account and origins for a Broker's card fields; opens its own transaction."""
    with acting(broker_id):
        account = account_of(broker_id)
    return gateway().element(account=account)


__all__ = ["Element", "element"]
