"""Following the payment service: whatever an event says, the object is read again and our copy made like it.

So events may come twice, late or in any order. A copy is written only when the card has not changed since before
it was read; else it is read again.
"""

from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.payments.add import settle, state_of
from imin.payments.consents.end import end_with_card
from imin.payments.copying import follow_details, save_changed
from imin.payments.default import fill
from imin.payments.errors import PaymentServiceDownError
from imin.payments.gateways.base import CardDetails, FailedTry, Result
from imin.payments.gateways.chosen import gateway
from imin.payments.guard.cancel import cancel_held
from imin.payments.guard.count import count
from imin.payments.history import By, Event, changed, note, seen
from imin.payments.lock import lock
from imin.payments.models import Card, CardSetup, Payer
from imin.payments.payer import forget

_TRIES = 5


def follow_card(
    *, broker_id: UUID, customer_id: UUID, card_id: UUID, now: datetime, bank_did_it_at: datetime | None = None
) -> Card:
    """Read a card at the payment service and make our copy like it; a card that is detached there is gone here.

    `bank_did_it_at` says that, and when, its bank changed it. Raises `PaymentServiceDownError`, also when others keep
    changing the card.
    """
    for _ in range(_TRIES):
        with acting(broker_id, customer_id):
            seen = Card.objects.get(id=card_id)
        details = gateway().card(account=seen.account, reference=seen.reference)
        with acting(broker_id, customer_id):
            lock(customer_id)
            card = Card.objects.get(id=card_id)
            if (card.version, card.reference) == (seen.version, seen.reference):
                _be_like(card, details, now, bank_did_it_at)
                return card
    raise PaymentServiceDownError(f"the card {card_id} keeps changing")


def _be_like(card: Card, details: CardDetails | None, now: datetime, bank_did_it_at: datetime | None) -> None:
    before = seen(card)
    if details is None or not details.payer:
        if card.status != Card.Status.DETACHED:
            _withdraw(card, now)
    else:
        differs = follow_details(card, details)
        by_bank = bool(bank_did_it_at and (card.bank_updated_at is None or card.bank_updated_at < bank_did_it_at))
        if by_bank:  # an older one that comes late is known by the newer one
            card.bank_updated_at = bank_did_it_at
        if differs:
            save_changed(card, now)
        if by_bank:
            card.save(update_fields=["bank_updated_at"])
            note(card=card, event=Event.UPDATED_BY_BANK, by=By.BANK, details=changed(before, card), now=now)
        elif differs:
            note(card=card, event=Event.UPDATED, by=By.SERVICE, details=changed(before, card), now=now)
    fill(card.customer_id, now)
    card.refresh_from_db()


def _withdraw(card: Card, now: datetime) -> None:
    """Note that a card is gone by no doing of ours; bookings go on naming it, so that the page can ask for another."""
    card.status, card.is_default = Card.Status.DETACHED, False
    card.leaves_at, card.withdrawn_at = None, now
    save_changed(card, now)
    note(card=card, event=Event.DETACHED, by=By.SERVICE, now=now)
    end_with_card(card, now)


def follow_setup(*, account: str, reference: str, now: datetime) -> None:
    """Finish the set-up that has this reference, if it is one of ours. As the owner."""
    setup = CardSetup.objects.filter(account=account, reference=reference).first()
    if setup is None or setup.status != CardSetup.Status.OPEN:
        return
    settle(setup=setup, state=state_of(setup), now=now)


def follow_failure(*, account: str, reference: str, failed: FailedTry, now: datetime) -> None:
    """Tell the guard of a try that the bank refused, and close what must not go on. As the owner."""
    setup = CardSetup.objects.filter(account=account, reference=reference).first()
    if setup:
        cancel_held(holds=count(setup=setup, failed=failed, now=now), now=now)


def follow_token(*, account: str, reference: str, now: datetime, bank_did_it_at: datetime | None = None) -> None:
    """Follow the card that has this token, if it is one of ours. As the owner.

    Raises `PaymentServiceDownError` while the token may belong to a set-up that is being finished.
    """
    card = Card.objects.filter(account=account, reference=reference).first()
    if card:
        follow_card(
            broker_id=card.broker_id,
            customer_id=card.customer_id,
            card_id=card.id,
            now=now,
            bank_did_it_at=bank_did_it_at,
        )
        return
    details = gateway().card(account=account, reference=reference)
    payer = (
        Payer.objects.filter(account=account, reference=details.payer).first() if details and details.payer else None
    )
    if payer and _may_be_finishing(payer):
        raise PaymentServiceDownError(f"{reference} may be about to be saved")


def _may_be_finishing(payer: Payer) -> bool:
    open_setups = CardSetup.objects.filter(customer_id=payer.customer_id, status=CardSetup.Status.OPEN)
    return any(state_of(setup).result is Result.SUCCEEDED for setup in open_setups.exclude(reference=""))


def follow_payer(*, account: str, reference: str, now: datetime) -> None:
    """Forget a payer that was deleted at the payment service, and its cards. As the owner."""
    payer = Payer.objects.filter(account=account, reference=reference).first()
    if payer is None or gateway().payer_exists(account=account, reference=reference):
        return
    cards = Card.objects.filter(customer_id=payer.customer_id, account=account)
    for card in cards.exclude(status=Card.Status.DETACHED):
        follow_card(broker_id=card.broker_id, customer_id=card.customer_id, card_id=card.id, now=now)
    forget(payer, reference)
