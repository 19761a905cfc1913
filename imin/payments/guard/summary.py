"""What the guard saw and did at one Broker of late, in a few numbers; as the owner."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from imin.payments.guard.count import KEPT
from imin.payments.models import CardFailure, CardHold


@dataclass(frozen=True)
class Summary:
    """How many cards failed within the last hour, day and 30 days, and which holds are in force."""

    hour: int
    day: int
    month: int
    whole_broker: CardHold | None
    customers: int
    addresses: int


def summary_of(*, broker_id: UUID, now: datetime) -> Summary:
    """Return the Broker's numbers."""
    since = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": KEPT}
    failed = CardFailure.objects.filter(broker_id=broker_id, failed_at__gt=now - KEPT).aggregate(
        **{name: Count("pk", filter=Q(failed_at__gt=now - age)) for name, age in since.items()}
    )
    live = CardHold.objects.filter(broker_id=broker_id, lifted_at=None, until__gt=now)
    return Summary(
        **failed,
        whole_broker=live.filter(whose=CardHold.Whose.BROKER).order_by("-step").first(),
        customers=live.filter(whose=CardHold.Whose.CUSTOMER).values("customer_id").distinct().count(),
        addresses=live.filter(whose=CardHold.Whose.ADDRESS).values("network").distinct().count(),
    )
