"""Deleting what signing in no longer needs, of every Broker; run as the owner."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from imin.identity.back_channel import OLDEST
from imin.identity.models import Session, SignIn, UsedLogoutToken

KEPT = timedelta(days=1)
LONGEST_SESSION = timedelta(hours=24)  # the most that a Broker can set


def clean(*, now: datetime) -> int:
    """Delete sign-ins a day old, sessions a day over, and logout tokens too old to be taken; return how many rows.

    A day, so that a page opened again is told “used” or “expired” and not “unknown”.
    """
    over = Q(ended_at__lt=now - KEPT) | Q(created_at__lt=now - LONGEST_SESSION - KEPT)
    old = (
        SignIn.objects.filter(created_at__lt=now - KEPT),
        Session.objects.filter(over),
        UsedLogoutToken.objects.filter(used_at__lt=now - OLDEST - KEPT),
    )
    return sum(rows.delete()[0] for rows in old)


def forget_hints(*, broker_id: UUID, hints: list[str]) -> None:
    """Drop the sign-ins under way that name a person by one of `hints`; inside `acting`."""
    SignIn.objects.filter(broker_id=broker_id, login_hint__in=[hint for hint in hints if hint]).delete()
