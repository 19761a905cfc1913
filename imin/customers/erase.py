"""Erasing a Customer Account: what names the person goes, an empty row stays so that others can point at it."""

from datetime import datetime
from uuid import UUID

from imin.customers.models import Customer

PERSONAL = {
    "subject": "",
    "email": "",
    "email_verified": False,
    "given_name": "",
    "family_name": "",
    "language": "",
    "reminders_stopped_at": None,
    "bounced_email": "",
    "bounced_at": None,
    "bounced_because": "",
}


def close(*, customer_id: UUID, now: datetime) -> bool:
    """Blank the account and note when; say no when it was erased before. Inside `acting`, holding the lock.

    Whoever signs in with the same `sub` later begins a new account.
    """
    live = Customer.objects.filter(id=customer_id, erased_at=None)
    return bool(live.update(erased_at=now, **PERSONAL))
