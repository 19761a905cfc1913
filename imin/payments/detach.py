"""Giving a card's token up at the payment service, for good: stored with its cause, done by a job.

The effect only names a token. What it means is decided when it is due, by the card that has the token then: none
(superseded, a duplicate), active again (undone: nothing to do), or removed for longer than undo lasts.
"""

from datetime import datetime
from uuid import UUID

from imin.brokers.acting import acting
from imin.ground import outbox
from imin.payments.consents.end import end_with_card
from imin.payments.copying import save_changed
from imin.payments.errors import PaymentServiceDownError, PaymentServiceRefusedError
from imin.payments.gateways.chosen import gateway
from imin.payments.history import By, Event, note
from imin.payments.lock import lock
from imin.payments.models import UNDO_PERIOD, Card, CardSetup

KIND = "payments.detach"


def detach_later(owner: Card | CardSetup, reference: str, *, now: datetime, due_at: datetime | None = None) -> None:
    """Have a token of `owner`'s Customer given up at `due_at` (at once when left out), in the caller's transaction."""
    payload = {"customer": str(owner.customer_id), "account": owner.account, "reference": reference}
    outbox.put(kind=KIND, broker_id=owner.broker_id, payload=payload, now=now, due_at=due_at)


def detach_due(*, now: datetime) -> int:
    """Give up every token that is due; return how many effects were done. As the owner."""

    def handle(effect: outbox.Effect) -> None:
        _handle(effect, now)

    return outbox.drain(kind=KIND, now=now, handle=handle)


def _handle(effect: outbox.Effect, now: datetime) -> None:
    account, reference = effect.payload["account"], effect.payload["reference"]
    customer_id = UUID(effect.payload["customer"])
    with acting(effect.broker_id, customer_id):
        lock(customer_id)
        if not _is_to_go(effect.broker_id, account, reference, now):
            return
    # from here on undo comes too late, whether or not the call below succeeds at once
    try:
        gateway().detach_card(account=account, reference=reference)
    except PaymentServiceRefusedError as refusal:
        raise PaymentServiceDownError(f"detaching was refused: {refusal}") from refusal


def _is_to_go(broker_id: UUID, account: str, reference: str, now: datetime) -> bool:
    card = Card.objects.filter(broker_id=broker_id, account=account, reference=reference).first()
    if card is None or card.status == Card.Status.DETACHED:
        return True
    if card.removed_at is None or now < card.removed_at + UNDO_PERIOD:
        return False
    card.status = Card.Status.DETACHED
    save_changed(card, now)
    note(card=card, event=Event.DETACHED, by=By.PLATFORM, now=now)
    end_with_card(card, now)
    return True
