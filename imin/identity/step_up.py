"""Whether somebody signed in lately and strongly enough for what they are about to do (RFC 9470)."""

from datetime import datetime, timedelta

from imin.brokers.models import OpenIdSettings
from imin.identity.models import Session
from imin.identity.tokens import LEEWAY


def needed(session: Session, settings: OpenIdSettings, *, now: datetime) -> bool:
    """Say whether the provider must ask the person once more; with the same leeway as the ID Token was given."""
    return _too_long_ago(session, settings.step_up_max_age, now) or _too_weak(session, settings.step_up_acr_values)


def _too_long_ago(session: Session, max_age: int | None, now: datetime) -> bool:
    if max_age is None:
        return False
    return session.auth_time is None or session.auth_time < now - timedelta(seconds=max_age) - LEEWAY


def _too_weak(session: Session, acr_values: str) -> bool:
    wanted = acr_values.split()
    return bool(wanted) and session.acr not in wanted
