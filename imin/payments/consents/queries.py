"""Reads of consents; each inside `acting`."""

from collections.abc import Iterable
from uuid import UUID

from imin.payments.consents.evidence import ConsentEvidence, Purpose
from imin.payments.models import Card


def in_force(card_id: UUID) -> list[ConsentEvidence]:
    """Return what is agreed to about a card, the newest of each purpose."""
    newest: dict[str, ConsentEvidence] = {}
    for given in ConsentEvidence.objects.filter(card_id=card_id, ended_at=None).order_by("given_at"):
        newest[given.purpose] = given
    return [newest[purpose] for purpose in Purpose if purpose in newest]


def may_be_charged(cards: Iterable[Card]) -> set[UUID]:
    """Return the ids of those of `cards` that may be charged without the person; ask before each such charge."""
    agreed = ConsentEvidence.objects.filter(card__in=list(cards), purpose=Purpose.CHARGE, ended_at=None)
    return set(agreed.values_list("card_id", flat=True))


def evidence_of(card_id: UUID) -> list[ConsentEvidence]:
    """Return all evidence about a card, the newest first, ended or not."""
    return list(ConsentEvidence.objects.filter(card_id=card_id).order_by("-given_at", "purpose"))
