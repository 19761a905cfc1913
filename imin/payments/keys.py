"""Idempotency keys: the id of the intent, plus how often the payment service answered it with a failure of its own.

The service repeats its first answer to a key for a day, also when that was "internal error"; a call that was
answered so needs a new key, and one that was never answered must keep its key.
"""

from django.db.models import F

from imin.brokers.acting import acting
from imin.payments.models import CardChange, CardSetup, Payer


def key_of(intent: Payer | CardSetup | CardChange) -> str:
    """Return the key with which the payment service is asked for `intent`."""
    return f"{intent.id}.{intent.calls}"


def spend(intent: Payer | CardSetup | CardChange) -> None:
    """Note that the key of `intent` was answered with a failure; opens its own transaction."""
    with acting(intent.broker_id, intent.customer_id):
        type(intent).objects.filter(id=intent.id, calls=intent.calls).update(calls=F("calls") + 1)
