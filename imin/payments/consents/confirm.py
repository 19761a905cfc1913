"""Consenting later to charges of a saved card: the bank asks the person once more, then it is in force.

A set-up of its own about the card that is there; no number is typed. The bank's page is reached by a link, so that it
works without a script. Its outcome is settled as that of every set-up: `add.finish`, webhook or sweep, once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.payments.add import FIRST_LOOK, Finished, settle
from imin.payments.consents.give import Consent, record
from imin.payments.errors import (
    AttemptUsedError,
    CardGoneError,
    ExpiredCardError,
    PaymentServiceDownError,
    PaymentServiceRefusedError,
)
from imin.payments.gateways.base import MissingError, Result, SetupState
from imin.payments.gateways.chosen import gateway
from imin.payments.guard.check import Guarded, demand
from imin.payments.keys import key_of, spend
from imin.payments.lock import lock
from imin.payments.models import Card, CardSetup
from imin.payments.payer import payer_of, reference_of
from imin.payments.queries import card as active_card


@dataclass(frozen=True)
class Asked:
    """How far it is: at the bank's page (`bank_url`), or `finished` without one."""

    setup_id: UUID
    bank_url: str = ""
    finished: Finished | None = None


def confirm(  # noqa: PLR0913 whose card, what was agreed to, where to come back to
    *,
    tenant: Tenant,
    customer_id: UUID,
    card_id: UUID,
    attempt: UUID,
    consent: Consent,
    return_url: Callable[[UUID], str],
    now: datetime,
) -> Asked:
    """Write down the consent, and have the bank of a saved card make sure who gives it.

    Raises `CardGoneError`, `ExpiredCardError`, `AttemptUsedError`, `PaymentServiceDownError`, and what the guard
    raises.
    """
    with acting(tenant.broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        if not card.can_be_default(now):
            raise ExpiredCardError(str(card_id))
        setup = CardSetup.objects.filter(customer_id=customer_id, attempt=attempt).first()
        if setup and (setup.status != CardSetup.Status.OPEN or setup.confirms_id != card_id):
            raise AttemptUsedError(setup.id)
        if setup is None:
            demand(Guarded(tenant.broker_id, customer_id, consent.network, tenant.name), now=now)
            setup = _intended(card, attempt, consent, now)
        record(setup, consent)
    state = _asked(setup, card, return_url(setup.id))
    if state.bank_url:
        return Asked(setup.id, state.bank_url)
    return Asked(setup.id, finished=settle(setup=setup, state=state, now=now))


def _intended(card: Card, attempt: UUID, consent: Consent, now: datetime) -> CardSetup:
    return CardSetup.objects.create(
        broker_id=card.broker_id,
        customer_id=card.customer_id,
        account=card.account,
        attempt=attempt,
        confirms=card,
        network=consent.network,
        challenge=True,
        created_at=now,
        due_at=now + FIRST_LOOK,
    )


def _asked(setup: CardSetup, card: Card, return_url: str) -> SetupState:
    try:
        state = gateway().confirm_card(
            account=setup.account,
            payer=reference_of(payer_of(setup)),
            card=card.reference,
            setup=str(setup.id),
            key=key_of(setup),
            return_url=return_url,
        )
    except MissingError:
        return SetupState("", Result.ABANDONED)
    except PaymentServiceRefusedError as refusal:
        return SetupState("", Result.ABANDONED, decline=refusal.decline)
    except PaymentServiceDownError as failure:
        if failure.key_spent:
            spend(setup)
        raise
    with acting(setup.broker_id, setup.customer_id):
        CardSetup.objects.filter(id=setup.id).update(reference=state.reference)
    return state
