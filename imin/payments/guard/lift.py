"""Lifting holds: an operator has looked, and trusts the person, the address or the Broker's Customers again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from imin.ground.database import role
from imin.ground.log import logger
from imin.payments.models import CardHold


def lift(*, holds: QuerySet[CardHold], operator: str, now: datetime) -> list[CardHold]:
    """End those of `holds` that are in force; failures until now count no more for them. Returns those that ended."""
    with transaction.atomic(using=role()):
        live = list(
            holds.filter(lifted_at=None, until__gt=now).select_related("broker").select_for_update(of=("self",))
        )
        for hold in live:
            hold.lifted_at, hold.lifted_by = now, operator
            hold.save(update_fields=["lifted_at", "lifted_by"])
    for hold in live:
        logger(__name__).info(
            "card_hold_lifted",
            broker=hold.broker.slug,
            whose=hold.whose,
            customer=str(hold.customer_id or ""),
            address=hold.network,
            operator=operator,
        )
    return live


def brokers_under_test(*, now: datetime) -> list[CardHold]:
    """Return the holds in force of whole Brokers: somebody tries cards there."""
    live = CardHold.objects.filter(whose=CardHold.Whose.BROKER, lifted_at=None, until__gt=now)
    return list(live.select_related("broker").order_by("-step", "broker__name"))
