"""Erasing: the payment service first, then our rows in one transaction; each step finds nothing to do a second time."""

from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.ground import outbox
from imin.ground.log import logger
from imin.identity import sessions
from imin.mail import erase as mail
from imin.payments import erase as payments
from imin.payments.lock import lock
from imin.rights.ask import KIND


def erase_due(*, now: datetime) -> int:
    """Erase everybody who asked for it; return how many. As the owner."""

    def handle(effect: outbox.Effect) -> None:
        _erase(effect.broker_id, UUID(effect.payload["customer"]), now)

    return outbox.drain(kind=KIND, now=now, handle=handle)


def _erase(broker_id: UUID, customer_id: UUID, now: datetime) -> None:
    payments.give_up(customer_id=customer_id, now=now)
    with acting(broker_id, customer_id):
        lock(customer_id)
        payments.blank(broker_id=broker_id, customer_id=customer_id, now=now)
        mail.erase(broker_id=broker_id, customer_id=customer_id)
        sessions.forget_customer(broker_id=broker_id, customer_id=customer_id)
    logger(__name__).info("customer_erased", customer=str(customer_id))
