"""Do we and the payment service agree about every card? For `imin check cards`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from imin.brokers.acting import acting
from imin.ground.outbox import Effect
from imin.payments.copying import differing
from imin.payments.detach import KIND as DETACH
from imin.payments.gateways.base import CardDetails, MissingError
from imin.payments.gateways.chosen import gateway
from imin.payments.models import UNDO_PERIOD, Card, Payer


class Kind(StrEnum):
    """In which way the two differ."""

    MISSING_THERE = "missing at the payment service"
    MISSING_HERE = "missing here"
    DIFFERS = "differs"
    STILL_ATTACHED = "given up here, still attached there"
    PAYER_GONE = "payer unknown to the payment service"


@dataclass(frozen=True)
class Difference:
    """One thing on which we and the payment service do not agree."""

    kind: Kind
    broker_id: UUID
    customer_id: UUID
    account: str
    reference: str
    detail: str = ""

    def __str__(self) -> str:
        place = self.account or "the platform's account"
        more = f" ({self.detail})" if self.detail else ""
        return f"{self.reference} of customer {self.customer_id} in {place}: {self.kind}{more}"


def compare(*, now: datetime) -> Iterator[Difference]:
    """Yield each difference between our cards and the payment service's. As the owner; reads only.

    Tokens that are about to be given up are no difference yet. While cards are being changed a difference may be
    a moment that was caught: it is gone after the next sweep. Raises `PaymentServiceDownError`.
    """
    for payer in Payer.objects.exclude(reference="").order_by("id").iterator():
        try:
            there = {card.reference: card for card in gateway().cards(account=payer.account, payer=payer.reference)}
        except MissingError:
            yield _difference(payer, Kind.PAYER_GONE, payer.reference)
            there = {}
        with acting(payer.broker_id, payer.customer_id):
            found = list(_of_payer(payer, there, now))
        yield from found


def _of_payer(payer: Payer, there: dict[str, CardDetails], now: datetime) -> Iterator[Difference]:
    here = {card.reference: card for card in Card.objects.filter(customer_id=payer.customer_id, account=payer.account)}
    for reference, card in here.items():
        details = there.get(reference)
        if card.status != Card.Status.DETACHED and details is None:
            yield _difference(payer, Kind.MISSING_THERE, reference)
        elif details and _is_given_up(card, now) and not _is_leaving(payer, reference):
            yield _difference(payer, Kind.STILL_ATTACHED, reference)
        elif details and card.status != Card.Status.DETACHED and (names := differing(card, details)):
            yield _difference(payer, Kind.DIFFERS, reference, ", ".join(names))
    for reference in there.keys() - here.keys():
        if not _is_leaving(payer, reference):
            yield _difference(payer, Kind.MISSING_HERE, reference)


def _is_given_up(card: Card, now: datetime) -> bool:
    if card.removed_at and card.status == Card.Status.REMOVED:
        return now >= card.removed_at + UNDO_PERIOD
    return card.status == Card.Status.DETACHED


def _is_leaving(payer: Payer, reference: str) -> bool:
    return Effect.objects.filter(
        kind=DETACH, broker_id=payer.broker_id, done_at=None, payload__reference=reference
    ).exists()


def _difference(payer: Payer, kind: Kind, reference: str, detail: str = "") -> Difference:
    return Difference(kind, payer.broker_id, payer.customer_id, payer.account, reference, detail)
