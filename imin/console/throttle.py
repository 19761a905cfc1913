"""Slowing down whoever guesses at the console: by user name, by network, by browser, and by second factor.

An attempt is counted before the password is looked at and taken off again when it was right, so that many at the same
moment are no way around. After some that cost nothing each failure doubles the wait. Nobody is shut out for good: waits
end, and a browser that an operator has signed in with is counted by itself, whatever strangers do under the operator's
name (OWASP: Slow Down Online Guessing Attacks with Device Cookies).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from django.db import connections, transaction

from imin.console.models import SignInAttempts
from imin.ground.database import role

_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many failures cost nothing, and how many seconds one waits at most after one more."""

    free: int
    longest_seconds: int


NAME = Limit(free=5, longest_seconds=15 * 60)
BROWSER = Limit(free=5, longest_seconds=15 * 60)
CODE = Limit(free=5, longest_seconds=15 * 60)
NETWORK = Limit(free=20, longest_seconds=60 * 60)  # an office of operators may be behind one

_COUNT = """
    INSERT INTO console_signinattempts AS kept (key, failures, last_at, wait_until)
    VALUES (%(key)s, 1, %(now)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN kept.last_at < %(old)s THEN 1 ELSE kept.failures + 1 END,
        last_at = %(now)s,
        wait_until = %(now)s + CASE
            WHEN kept.last_at < %(old)s OR kept.failures + 1 <= %(free)s THEN interval '0'
            ELSE make_interval(secs => least(%(longest)s, 2 ^ least(kept.failures + 1 - %(free)s, 30)))
        END
    WHERE kept.wait_until <= %(now)s
"""


class WaitError(Exception):
    """Too many attempts have failed; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


def of_password(*, username: str, network: str, browser: str) -> dict[str, Limit]:
    """Return what an attempt with a password is counted by; `browser` is empty unless this user is known in it."""
    if browser:
        return {f"browser {browser}": BROWSER}
    name = sha256(username.casefold().encode()).hexdigest()  # names are as long as strangers like
    return {f"name {name}": NAME, f"network {network}": NETWORK}


def of_code(*, user_id: int) -> dict[str, Limit]:
    """Return what an attempt with a code is counted by; only who knows the password gets here."""
    return {f"code {user_id}": CODE}


def begin(keys: dict[str, Limit], *, now: datetime) -> None:
    """Count an attempt as failed, or raise `WaitError`, with nothing counted, while one has to wait."""
    SignInAttempts.objects.filter(last_at__lt=now - _FORGOTTEN_AFTER).delete()
    with transaction.atomic(using=role()), connections[role()].cursor() as cursor:
        for key, limit in sorted(keys.items()):
            values: dict[str, Any] = {"key": key, "now": now, "old": now - _FORGOTTEN_AFTER, "free": limit.free}
            cursor.execute(_COUNT, {**values, "longest": limit.longest_seconds})
            if not cursor.rowcount:
                until = SignInAttempts.objects.values_list("wait_until", flat=True).get(key=key)
                raise WaitError(max(1, ceil((until - now).total_seconds())))


def succeeded(keys: dict[str, Limit]) -> None:
    """Forget the failures; of a network only this attempt, or an attacker's own account would wipe the rest."""
    with transaction.atomic(using=role()), connections[role()].cursor() as cursor:
        for key in sorted(keys):
            if key.startswith("network "):
                cursor.execute(
                    "UPDATE console_signinattempts SET failures = greatest(failures - 1, 0), "
                    "wait_until = least(wait_until, last_at) WHERE key = %s",
                    [key],
                )
            else:
                cursor.execute("DELETE FROM console_signinattempts WHERE key = %s", [key])


def forgive(*, username: str) -> None:
    """Forget failures under a name, for an operator who is helped by a command."""
    SignInAttempts.objects.filter(key__in=of_password(username=username, network="", browser="")).delete()
