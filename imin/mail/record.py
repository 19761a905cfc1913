"""What became of a mail, and of the address that it went to. As the owner, each a transaction of its own."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from imin.customers.models import Customer
from imin.ground import card_numbers
from imin.ground.database import role
from imin.ground.outbox import Effect
from imin.mail.compose import Address
from imin.mail.models import SentMail

State = SentMail.State
_LONGEST = 300


def sent(*, effect: Effect, customer: Customer, address: Address, now: datetime, told: Callable[[], None]) -> None:
    """Note that a mail was handed over to the mail server, and what `told` stores, once for each mail."""
    went_to = hash_of(address.email)
    with transaction.atomic(using=role()):
        if _note(effect, customer, now, state=State.SENT, language=address.language, address_hash=went_to):
            told()


def dropped(*, effect: Effect, customer: Customer, because: str, now: datetime) -> None:
    """Note that a mail was not needed any more when its turn came."""
    _note(effect, customer, now, state=State.DROPPED, answer=because)


def refused(*, effect: Effect, customer: Customer, answer: str, dead: bool, now: datetime) -> None:
    """Note that the mail server will never take a mail; to a `dead` address no other is sent."""
    words, went_to = _without(customer.email, answer), hash_of(customer.email)
    with transaction.atomic(using=role()):
        _note(effect, customer, now, state=State.REFUSED, address_hash=went_to, answered_at=now, answer=words)
        if dead:
            _bury(customer, words, now)


def came_back(*, mail_id: UUID, answer: str, dead: bool, now: datetime) -> SentMail | None:
    """Note that a mail came back; None when we know no such mail. A second time changes nothing.

    Only the address that it went to is marked: the Customer may have another one by now.
    """
    with transaction.atomic(using=role()):
        mail = SentMail.objects.select_for_update(of=("self",)).select_related("customer").filter(id=mail_id).first()
        if mail is None or mail.state == State.BOUNCED:
            return mail
        mail.state, mail.answered_at = State.BOUNCED, now
        mail.answer = _without(mail.customer.email, answer)
        mail.save(update_fields=["state", "answered_at", "answer"])
        if dead and mail.address_hash == hash_of(mail.customer.email):
            _bury(mail.customer, mail.answer, now)
        return mail


def hash_of(email: str) -> str:
    """Return by what an address is known again without being kept."""
    return sha256(email.encode()).hexdigest()


def _note(effect: Effect, customer: Customer, now: datetime, **values: object) -> bool:
    """Store the mail and say whether it is new; a crash before its effect was marked as done has it come here again."""
    known = {"broker_id": effect.broker_id, "customer_id": customer.id, "kind": effect.kind, "at": now}
    return SentMail.objects.update_or_create(id=effect.id, defaults=known | values)[1]


def _bury(customer: Customer, answer: str, now: datetime) -> None:
    Customer.objects.filter(id=customer.id, email=customer.email).update(
        bounced_email=customer.email, bounced_at=now, bounced_because=answer
    )


def _without(email: str, answer: str) -> str:
    """Return a mail server's words without the address, so that they need not be erased with it."""
    words = answer.replace(email, "…") if email else answer
    return card_numbers.mask(" ".join(words.split()))[:_LONGEST]
