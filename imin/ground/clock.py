"""The only reader of the clock, so that time can be moved in development and passed in everywhere else."""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """Return the current time, aware, in UTC; shifted by `IMIN_CLOCK_OFFSET` seconds in development."""
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_OFFSET)
