"""Asking to be erased: from here on the account is closed; the rest follows by the outbox, whatever crashes."""

from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.customers import erase as customers
from imin.customers.models import Customer
from imin.ground import outbox
from imin.identity import sessions
from imin.identity.clean import forget_hints
from imin.payments.history import By, Event, note_without_card
from imin.payments.lock import lock

KIND = "rights.erase"


def ask_to_erase(*, broker_id: UUID, customer_id: UUID, now: datetime, by: By = By.CUSTOMER) -> bool:
    """Close the account, end its sessions, and have all that is personal erased; say no when that was so already."""
    with acting(broker_id, customer_id):
        lock(customer_id)
        person = Customer.objects.get(id=customer_id)
        if not customers.close(customer_id=customer_id, now=now):
            return False
        sessions.end_of_customer(broker_id=broker_id, customer_id=customer_id, now=now)
        forget_hints(broker_id=broker_id, hints=[person.email, person.subject])
        note_without_card(broker_id=broker_id, customer_id=customer_id, event=Event.ERASED, by=by, now=now)
        outbox.put(kind=KIND, broker_id=broker_id, payload={"customer": str(customer_id)}, now=now)
        return True
