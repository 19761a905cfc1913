"""Forgetting old mails: after `KEPT` none comes back any more."""

from datetime import datetime, timedelta

from imin.mail.models import SentMail

KEPT = timedelta(days=90)


def forget_old(*, now: datetime) -> int:
    """Delete what is known of mails older than `KEPT`; return how many there were. As the owner."""
    return SentMail.objects.filter(at__lt=now - KEPT).delete()[0]
