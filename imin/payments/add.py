"""Adding a card: written down, asked for, finished from what the payment service says.

Never a bare attach: every card is saved through a set-up, so that its bank has seen it. `finish` may be called by
the returning page, a webhook and the sweep at once; whoever comes first decides, the others read the outcome.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.payments.accounts import account_of
from imin.payments.consents.evidence import Purpose
from imin.payments.consents.give import Consent, drop, record, take_effect
from imin.payments.errors import (
    AttemptUsedError,
    CardGoneError,
    PaymentServiceDownError,
    TooManyCardsError,
    UnknownSetupError,
)
from imin.payments.gateways.base import CardDetails, MissingError, Result, SetupStarted, SetupState
from imin.payments.gateways.chosen import gateway
from imin.payments.guard.check import Guarded, demand
from imin.payments.keep import Kept, Outcome, confirmed, has_room, keep, saved_alike
from imin.payments.keys import key_of, spend
from imin.payments.lock import lock
from imin.payments.models import Card, CardSetup
from imin.payments.payer import forget, payer_of, reference_of
from imin.payments.replace import replaceable

__all__ = ["Begun", "Consent", "Finished", "Outcome", "begin", "close", "finish", "settle", "state_of"]

FIRST_LOOK = timedelta(minutes=2)  # when the sweep looks after a set-up that nobody came back to


@dataclass(frozen=True)
class Begun:
    """A set-up that waits for the card; the secret is for the page that asked, and nobody else."""

    setup_id: UUID
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Finished:
    """How adding went; `decline_code` (see `declines.sentence`) is set when the bank said no.

    `replaces` names the card that the new one was, or is still, to replace.
    """

    outcome: Outcome
    card: Card | None = None
    decline_code: str = ""
    replaces: UUID | None = None


def begin(  # noqa: PLR0913 who adds which card, with what consent
    *,
    tenant: Tenant,
    customer_id: UUID,
    attempt: UUID,
    consent: Consent,
    now: datetime,
    replaces: UUID | None = None,
) -> Begun:
    """Open a set-up for one card; the same `attempt` (a double submit, or after a decline) gets the same one.

    The card that it `replaces` is retired once the new one is saved. Raises `TooManyCardsError`, `CardGoneError`,
    `AttemptUsedError` when this attempt has ended, `PaymentServiceDownError`, and what the guard raises
    (`guard.check.demand`).
    """
    who = Guarded(tenant.broker_id, customer_id, consent.network, tenant.name)
    with acting(tenant.broker_id, customer_id):
        lock(customer_id)
        challenge = demand(who, now=now) or consent.covers(Purpose.CHARGE)  # mandated for charges without the person
        setup = _intended(tenant, customer_id, attempt, consent, now, challenge=challenge, replaces=replaces)
        stale = challenge and not setup.challenge  # begun before anybody asked for one
        if not stale:
            record(setup, consent)
    if stale:
        close(setup=setup, now=now)
        raise AttemptUsedError(setup.id)
    started = _started(setup) if not setup.reference else _waiting(setup)
    return Begun(setup.id, started.client_secret)


def finish(*, broker_id: UUID, customer_id: UUID, setup_id: UUID, now: datetime) -> Finished:
    """Read the truth at the payment service and store what follows from it, once.

    While the service does not answer the outcome is `pending`: nothing is lost, the sweep asks again.
    Raises `UnknownSetupError`.
    """
    with acting(broker_id, customer_id):
        setup = CardSetup.objects.filter(id=setup_id, customer_id=customer_id).select_related("card").first()
    if setup is None:
        raise UnknownSetupError(str(setup_id))
    if setup.status != CardSetup.Status.OPEN:
        return _recorded(setup)
    if not setup.reference:
        return Finished(Outcome.PENDING)
    try:
        return settle(setup=setup, state=state_of(setup), now=now)
    except PaymentServiceDownError:
        return Finished(Outcome.PENDING)


def state_of(setup: CardSetup) -> SetupState:
    """Read a set-up at the payment service; one that it does not know (any more) is abandoned."""
    try:
        return gateway().setup(account=setup.account, reference=setup.reference)
    except MissingError:
        return SetupState(setup.reference, Result.ABANDONED)


def settle(*, setup: CardSetup, state: SetupState, now: datetime) -> Finished:
    """Store what follows from `state`; a set-up that has ended stays as it ended. Opens its own transaction.

    Raises `PaymentServiceDownError` when a card with the same number is saved already and cannot be looked at.
    """
    dead_token = _dead_token(setup, state.card) if state.card else ""
    with acting(setup.broker_id, setup.customer_id):
        lock(setup.customer_id)
        current = CardSetup.objects.select_related("card").get(id=setup.id)
        if current.status != CardSetup.Status.OPEN:
            return _recorded(current)
        if state.result is Result.SUCCEEDED and state.card and state.card.payer:
            return _end(current, _kept(current, state.card, dead_token, now), now)
        ended = (Result.SUCCEEDED, Result.ABANDONED)  # saved and detached again elsewhere, or cancelled
        if state.result in ended or (current.confirms_id and state.result is Result.DECLINED):
            current.decline_code = state.decline or current.decline_code
            return _end(current, Kept(Outcome.ABANDONED, None), now)
        if state.decline:
            CardSetup.objects.filter(id=current.id).update(decline_code=state.decline)
        return Finished(Outcome(state.result), None, state.decline or "", current.replaces_id)


def close(*, setup: CardSetup, now: datetime) -> None:
    """Cancel an open set-up at the payment service, and store how it ended.

    Its secret would let a browser go on trying cards there. Raises `PaymentServiceDownError`.
    """
    state = SetupState(setup.reference, Result.ABANDONED)
    if setup.reference:
        with suppress(MissingError):
            state = gateway().cancel_setup(account=setup.account, reference=setup.reference)
    settle(setup=setup, state=state, now=now)


def _dead_token(setup: CardSetup, details: CardDetails) -> str:
    """Return the token of the saved card with this number, if the payment service has given it up."""
    with acting(setup.broker_id, setup.customer_id):
        saved = saved_alike(setup, details)
    if saved is None or saved.reference == details.reference:
        return ""
    there = gateway().card(account=saved.account, reference=saved.reference)
    return "" if there and there.payer else saved.reference


def _kept(setup: CardSetup, details: CardDetails, dead_token: str, now: datetime) -> Kept:
    if setup.confirms_id:
        return confirmed(setup=setup, details=details, now=now)
    return keep(setup=setup, details=details, dead_token=dead_token, now=now)


def _end(setup: CardSetup, kept: Kept, now: datetime) -> Finished:
    if kept.card:
        take_effect(setup, kept.card, now)
        setup.status = CardSetup.Status.SAVED
    elif kept.outcome is Outcome.TOO_MANY or setup.decline_code:
        setup.status = CardSetup.Status.FAILED
    else:
        setup.status = CardSetup.Status.ABANDONED
    if not kept.card:
        drop(setup)
    setup.outcome, setup.card, setup.finished_at = kept.outcome, kept.card, now
    setup.save()
    return _recorded(setup)


def _recorded(setup: CardSetup) -> Finished:
    if setup.card:
        return Finished(Outcome(setup.outcome), setup.card, replaces=setup.replaces_id)
    return Finished(Outcome(setup.outcome), None, setup.decline_code, setup.replaces_id)


def _intended(  # noqa: PLR0913 what a set-up is written down with
    tenant: Tenant,
    customer_id: UUID,
    attempt: UUID,
    consent: Consent,
    now: datetime,
    *,
    challenge: bool,
    replaces: UUID | None,
) -> CardSetup:
    known = CardSetup.objects.filter(customer_id=customer_id, attempt=attempt).first()
    if known and known.status != CardSetup.Status.OPEN:
        raise AttemptUsedError(known.id)
    if known:
        return known
    old = replaceable(customer_id, replaces, now) if replaces else None
    if replaces and old is None:
        raise CardGoneError(str(replaces))
    if not has_room(tenant.broker_id, customer_id, retiring=old):
        raise TooManyCardsError(str(customer_id))
    return CardSetup.objects.create(
        broker_id=tenant.broker_id,
        customer_id=customer_id,
        account=account_of(tenant.broker_id),
        attempt=attempt,
        network=consent.network,
        challenge=challenge,
        replaces=old,
        created_at=now,
        due_at=now + FIRST_LOOK,
    )


def _started(setup: CardSetup) -> SetupStarted:
    """Open the set-up at the payment service; a payer that was deleted over there is made anew."""
    try:
        return _start(setup)
    except MissingError:
        with acting(setup.broker_id, setup.customer_id):
            setup.refresh_from_db(fields=["calls"])
    try:
        return _start(setup)
    except MissingError as failure:
        raise PaymentServiceDownError(f"a payer made just now for {setup.id} is gone") from failure


def _start(setup: CardSetup) -> SetupStarted:
    payer = payer_of(setup)
    reference = reference_of(payer)
    try:
        started = gateway().start_setup(
            account=setup.account,
            payer=reference,
            setup=str(setup.id),
            key=key_of(setup),
            challenge=setup.challenge,
        )
    except MissingError:
        forget(payer, reference)
        spend(setup)
        raise
    except PaymentServiceDownError as failure:
        if failure.key_spent:
            spend(setup)
        raise
    with acting(setup.broker_id, setup.customer_id):
        CardSetup.objects.filter(id=setup.id).update(reference=started.reference)
    return started


def _waiting(setup: CardSetup) -> SetupStarted:
    state = gateway().setup(account=setup.account, reference=setup.reference)
    if state.result in (Result.SUCCEEDED, Result.ABANDONED, Result.PENDING):
        raise AttemptUsedError(setup.id)
    return SetupStarted(setup.reference, state.client_secret)
