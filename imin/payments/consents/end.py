"""The end of a consent: withdrawn by the Customer, or gone with its card. Its evidence stays for as long as it may.

Who withdraws (b) keeps the card. Withdrawing (a) is removing the card, see `remove.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from imin.brokers.acting import acting
from imin.payments.consents.evidence import ConsentEvidence, Ended, Purpose
from imin.payments.errors import CardGoneError
from imin.payments.history import Event, note
from imin.payments.lock import lock
from imin.payments.models import Card
from imin.payments.queries import card as active_card


@dataclass(frozen=True)
class Sender:
    """From where something was asked for."""

    ip: str = ""
    user_agent: str = ""


def withdraw_charges(*, broker_id: UUID, customer_id: UUID, card_id: UUID, sender: Sender, now: datetime) -> bool:
    """End the consent to charge the card without the person; say whether there was one.

    Raises `CardGoneError`.
    """
    with acting(broker_id, customer_id):
        lock(customer_id)
        card = active_card(customer_id, card_id)
        if card is None:
            raise CardGoneError(str(card_id))
        mine = _in_force(card).filter(purpose=Purpose.CHARGE)
        ended = _end(mine, Ended.WITHDRAWN, now, sender)
        if ended:
            note(card=card, event=Event.CONSENT_WITHDRAWN, details={"consent": Purpose.CHARGE}, now=now)
        return bool(ended)


def end_with_card(card: Card, now: datetime, *, because: Ended = Ended.CARD_GONE) -> None:
    """End every consent about a card that is given up for good; while holding the Customer's lock."""
    _end(_in_force(card), because, now, Sender())


def _in_force(card: Card) -> "QuerySet[ConsentEvidence]":
    return ConsentEvidence.objects.filter(card=card, ended_at=None)


def _end(which: "QuerySet[ConsentEvidence]", because: Ended, now: datetime, sender: Sender) -> int:
    return which.update(
        ended_at=now,
        ended_because=because,
        ended_ip=sender.ip,
        ended_user_agent=sender.user_agent[:500],
        kept_until=now + timedelta(days=settings.EVIDENCE_KEPT_DAYS),
    )


def forget_old(*, now: datetime) -> int:
    """Delete the evidence that was kept for long enough; return how many consents there were. As the owner."""
    return ConsentEvidence.objects.filter(kept_until__lt=now).delete()[0]
