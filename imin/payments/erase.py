"""Erasing a Customer's cards: given up at the payment service first, then blanked here.

What stays are rows without anything personal, so that the history's chain proves whole, and the evidence of consents
for as long as it is kept. As the owner.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from imin.ground import outbox
from imin.payments.add import close
from imin.payments.consents.end import end_with_card
from imin.payments.consents.evidence import ConsentEvidence, Ended
from imin.payments.detach import KIND as DETACH
from imin.payments.gateways.base import MissingError
from imin.payments.gateways.chosen import gateway
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import (
    Card,
    CardBooking,
    CardChange,
    CardFailure,
    CardHold,
    CardReminder,
    CardSetup,
    GatewayEvent,
    Payer,
)


def give_up(*, customer_id: UUID, now: datetime) -> None:
    """Cancel what is under way, detach every card and delete the payers; a second time finds nothing to do.

    Raises `PaymentServiceDownError` when that has to be tried again.
    """
    for setup in CardSetup.objects.filter(customer_id=customer_id, status=CardSetup.Status.OPEN):
        close(setup=setup, now=now)
    for payer in Payer.objects.filter(customer_id=customer_id).exclude(reference=""):
        try:
            for card in list(gateway().cards(account=payer.account, payer=payer.reference)):
                gateway().detach_card(account=payer.account, reference=card.reference)
            gateway().delete_payer(account=payer.account, reference=payer.reference)
        except MissingError:  # deleted over there before
            continue


def blank(*, broker_id: UUID, customer_id: UUID, now: datetime) -> None:
    """Blank every row about the Customer's cards; opens no transaction, holds the lock already."""
    cards = list(Card.objects.filter(customer_id=customer_id))
    _forget_events(customer_id, cards)
    CardReminder.objects.filter(customer_id=customer_id).delete()
    CardChange.objects.filter(customer_id=customer_id).delete()
    _blank_failures(customer_id)
    CardHold.objects.filter(customer_id=customer_id).delete()
    for booking in CardBooking.objects.filter(customer_id=customer_id):
        booking.reference, booking.title, booking.link = f"erased {booking.id}", "", ""
        booking.released_at = booking.released_at or now
        booking.save()
    for card in cards:
        end_with_card(card, now, because=Ended.ERASED)
        _blank(card, now)
    ConsentEvidence.objects.filter(customer_id=customer_id, card=None).delete()
    CardSetup.objects.filter(customer_id=customer_id).update(reference="", network="", decline_code="")
    Payer.objects.filter(customer_id=customer_id).update(reference="")
    outbox.Effect.objects.filter(kind=DETACH, broker_id=broker_id, payload__customer=str(customer_id)).delete()
    HistoryEntry.objects.filter(customer_id=customer_id, blanked_at=None).update(details="", salt="", blanked_at=now)


def _blank(card: Card, now: datetime) -> None:
    card.reference = f"erased {uuid4()}"
    card.fingerprint = card.brand = card.last4 = card.funding = card.country = card.holder_name = card.nickname = ""
    card.address, card.exp_month, card.exp_year = {}, 1, 2000
    card.status, card.is_default, card.was_default = Card.Status.DETACHED, False, False
    card.leaves_at = card.leaving_since = None
    card.version += 1
    card.changed_at = now
    card.save()


def _blank_failures(customer_id: UUID) -> None:
    """Leave of each failed try that there was one: it still counts for the Broker, and can be nobody's."""
    CardFailure.objects.filter(customer_id=customer_id).update(
        attempt=Concat(Value("erased "), Cast("id", CharField())), customer=None, fingerprint="", bin="", network=""
    )


def _forget_events(customer_id: UUID, cards: list[Card]) -> None:
    setups = CardSetup.objects.filter(customer_id=customer_id).exclude(reference="")
    payers = Payer.objects.filter(customer_id=customer_id).exclude(reference="")
    subjects = {card.reference for card in cards}
    subjects |= set(setups.values_list("reference", flat=True)) | set(payers.values_list("reference", flat=True))
    GatewayEvent.objects.filter(subject__in=subjects).delete()
