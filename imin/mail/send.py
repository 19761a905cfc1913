"""Sending what waits in the outbox, at least once; what became of each mail is kept.

A mail is written when it leaves, from what is so then: its words are stored nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils import translation

from imin.customers.models import Customer
from imin.ground import outbox
from imin.ground.log import logger
from imin.ground.mail import MailRefusedError, Post
from imin.ground.outbox import Effect
from imin.mail import card_expiring, card_notice, record
from imin.mail.brand import Brand, brand_of
from imin.mail.compose import Address, compose
from imin.mail.letter import Letter
from imin.mail.unwanted import UnwantedError
from imin.payments import notice, remind


@dataclass(frozen=True)
class Kind:
    """How a mail of one kind is written, and what is stored together with its having been sent."""

    write: Callable[[UUID, Customer, Brand, datetime], Letter]
    told: Callable[[UUID, datetime], None]


KINDS = {
    remind.KIND: Kind(card_expiring.write, card_expiring.told),
    notice.KIND: Kind(card_notice.write, card_notice.told),
}
_MOST = 1000


def send_due(*, now: datetime) -> int:
    """Send every mail that is due; return how many effects were done. As the owner; several at once are fine."""
    with Post() as post:

        def handle(effect: Effect) -> None:
            _handle(effect, post, now)

        return sum(outbox.drain(kind=kind, now=now, handle=handle, most=_MOST) for kind in KINDS)


def _handle(effect: Effect, post: Post, now: datetime) -> None:
    """Send one mail; raises `MailFailedError` when that may work later."""
    customer = Customer.objects.get(id=effect.payload["customer"])
    try:
        letter, brand, address = _written(effect, customer, now)
        post.send(compose(letter, brand, address, now=now))
    except UnwantedError as reason:
        record.dropped(effect=effect, customer=customer, because=str(reason), now=now)
        logger(__name__).info("mail_dropped", kind=effect.kind, mail=str(effect.id), because=str(reason))
    except MailRefusedError as refusal:
        record.refused(effect=effect, customer=customer, answer=str(refusal), dead=refusal.dead, now=now)
        logger(__name__).warning("mail_refused", kind=effect.kind, mail=str(effect.id), dead=refusal.dead)
    else:
        told = partial(KINDS[effect.kind].told, effect.id, now)
        record.sent(effect=effect, customer=customer, address=address, now=now, told=told)


def _written(effect: Effect, customer: Customer, now: datetime) -> tuple[Letter, Brand, Address]:
    if not customer.takes_mail:
        raise UnwantedError("there is no address that takes mail")
    brand = brand_of(effect.broker_id)
    if brand is None:
        raise UnwantedError("the Broker has no pages")
    language = brand.language_for(customer.language)
    with translation.override(language):
        return (
            KINDS[effect.kind].write(effect.id, customer, brand, now),
            brand,
            Address(effect.id, customer.email, language),
        )
