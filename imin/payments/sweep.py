"""Finishing what a crash, a closed browser or a silent payment service left half-done, whatever happened when."""

from datetime import datetime, timedelta

from imin.ground.errors import ToldError
from imin.ground.log import logger
from imin.payments.add import settle, state_of
from imin.payments.edit import carry_out, end
from imin.payments.errors import PaymentServiceDownError
from imin.payments.follow import follow_card
from imin.payments.gateways.base import MissingError, Result, SetupState
from imin.payments.gateways.chosen import gateway
from imin.payments.guard.cancel import cancel_held
from imin.payments.guard.count import count
from imin.payments.models import Card, CardChange, CardSetup

SETUP_LIFE = timedelta(hours=24)
CHANGE_PATIENCE = timedelta(minutes=1)
_BATCH = 100


def sweep_setups(*, now: datetime) -> int:
    """Look after open set-ups that are due; return how many have ended. As the owner.

    The first look is two minutes after the beginning, each next one after as long again; after `SETUP_LIFE` a
    set-up is cancelled.
    """
    ended = 0
    for setup in CardSetup.objects.filter(status=CardSetup.Status.OPEN, due_at__lte=now).order_by("due_at")[:_BATCH]:
        age = now - setup.created_at
        next_look = min(now + age, max(setup.created_at + SETUP_LIFE, now + timedelta(hours=1)))
        CardSetup.objects.filter(id=setup.id).update(due_at=next_look)
        try:
            state = _state(setup, too_old=age >= SETUP_LIFE)
            settle(setup=setup, state=state, now=now)
            if state.failed:  # its webhook may have been lost; a try that is known counts no second time
                cancel_held(holds=count(setup=setup, failed=state.failed, now=now), now=now)
        except (PaymentServiceDownError, ToldError) as failure:
            logger(__name__).warning("setup_postponed", setup=str(setup.id), reason=str(failure))
            continue
        ended += state.result in (Result.SUCCEEDED, Result.ABANDONED)
    return ended


def _state(setup: CardSetup, *, too_old: bool) -> SetupState:
    if not setup.reference:  # nobody ever got its secret, so it cannot succeed
        return SetupState("", Result.ABANDONED if too_old else Result.PENDING)
    if not too_old:
        return state_of(setup)
    try:
        return gateway().cancel_setup(account=setup.account, reference=setup.reference)
    except MissingError:
        return SetupState(setup.reference, Result.ABANDONED)


def sweep_changes(*, now: datetime) -> int:
    """Repeat edits that got no answer, with the same key; drop those whose card has moved on. As the owner.

    Returns how many have ended.
    """
    waiting = CardChange.objects.filter(status=CardChange.Status.PENDING, created_at__lte=now - CHANGE_PATIENCE)
    return sum(_sweep_change(change, now) for change in waiting.order_by("created_at")[:_BATCH])


def _sweep_change(change: CardChange, now: datetime) -> bool:
    card = Card.objects.get(id=change.card_id)
    try:
        if card.version == change.card_version:
            carry_out(change=change, now=now)
        else:
            end(change, CardChange.Status.DROPPED, now)
            follow_card(broker_id=card.broker_id, customer_id=card.customer_id, card_id=card.id, now=now)
    except PaymentServiceDownError as failure:
        logger(__name__).warning("change_postponed", change=str(change.id), reason=str(failure))
        return False
    except ToldError as refusal:
        logger(__name__).info("change_refused", change=str(change.id), reason=str(refusal))
    return True
