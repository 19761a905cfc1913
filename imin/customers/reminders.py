"""Whether a Customer wants reminders by mail; and the link that stops them without a sign-in (RFC 8058).

The link's token is the Customer's id and a seal of ours over it, spelled in letters alone: whoever holds it can stop
the reminders and let them begin again, and nothing else.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from imin.brokers.acting import acting
from imin.customers.models import Customer

_LETTERS = "abcdefghijklmnop"  # of each four bits; digits might look like a card number to whoever reads addresses
_HALF = 16  # bytes: of an id, and of the seal


def choose(*, broker_id: UUID, customer_id: UUID, wanted: bool, now: datetime) -> None:
    """Stop the reminders or let them begin again; a second time changes nothing."""
    with acting(broker_id, customer_id):
        mine = Customer.objects.filter(id=customer_id, erased_at=None)
        if wanted:
            mine.update(reminders_stopped_at=None)
        else:
            mine.filter(reminders_stopped_at=None).update(reminders_stopped_at=now)


def language_of(*, broker_id: UUID, customer_id: UUID) -> str | None:
    """Return the Customer's language; None for who is not one of this Broker's, or was erased."""
    with acting(broker_id, customer_id):
        return Customer.objects.filter(id=customer_id, erased_at=None).values_list("language", flat=True).first()


def token(customer_id: UUID) -> str:
    """Return what a link holds to be `customer_id`'s."""
    return _spell(customer_id.bytes + _seal(customer_id.bytes, settings.SECRET_KEYS[0]))


def whose(token: str) -> UUID | None:
    """Return whose link it is, or None for one that is not ours; keys that were replaced, not dropped, count too."""
    if len(token) != 4 * _HALF or not set(token) <= set(_LETTERS):
        return None
    bits = bytes.fromhex("".join(f"{_LETTERS.index(letter):x}" for letter in token))
    named, seal = bits[:_HALF], bits[_HALF:]
    known = any(hmac.compare_digest(seal, _seal(named, key)) for key in settings.SECRET_KEYS)
    return UUID(bytes=named) if known else None


def _seal(named: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), b"imin reminders of " + named, sha256).digest()[:_HALF]


def _spell(bits: bytes) -> str:
    return "".join(_LETTERS[int(digit, 16)] for digit in bits.hex())
