"""How often somebody may ask, counted in the memory of each web process (docs/decisions/rate-limits.md)."""

import time
from collections.abc import Callable
from math import ceil
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from imin.ground.errors import RetryLaterError

_MOST_REMEMBERED = 100_000


class TooManyRequestsError(RetryLaterError):
    """Somebody asked more often than is useful to a person."""

    status = 429
    type = "TooManyRequestsError"
    message = _(
        "Too many requests came from you, or from your network, within a short time. Nothing was saved. Please try "
        "again in a moment."
    )

    def __init__(self, what: str, wait_seconds: float) -> None:
        super().__init__(what)
        self.retry_after_seconds = max(1, ceil(wait_seconds))


class Counter:
    """Token buckets, each kept as one number: the moment at which it will be full again (GCRA, ITU-T I.371)."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full_at: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def wait(self, what: str, whose: str, *, per_second: float, burst: int) -> float:
        """Count one request of `whose`; return 0, or the seconds to wait, and then it is not counted."""
        every, depth = 1 / per_second, burst / per_second
        now, key = self._now(), (what, whose)
        with self._lock:
            full_at = max(self._full_at.get(key, now), now) + every
            if full_at - now > depth:
                return full_at - now - depth
            self._full_at[key] = full_at
            if len(self._full_at) > _MOST_REMEMBERED:
                self._forget_some(now)
        return 0.0

    def _forget_some(self, now: float) -> None:
        """Drop who asks for nothing any more; when that is not enough, the half that is nearest to it."""
        live = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(live) > _MOST_REMEMBERED // 2:
            live = dict(sorted(live.items(), key=lambda one: one[1])[len(live) // 2 :])
        self._full_at = live

    def forget(self) -> None:
        """Begin anew (between tests)."""
        with self._lock:
            self._full_at.clear()


_counter = Counter()
forget = _counter.forget


def take(what: str, whose: str, rate: tuple[float, int]) -> None:
    """Count one request of `whose`; raises `TooManyRequestsError` when it is one too many.

    `rate` is how many a second, and how many at once. The web processes of a machine share it: each allows its part.
    Nobody is counted without a name, at a rate of 0, or with `IMIN_RATE_LIMITS=0`.
    """
    per_second, burst = rate
    if not settings.RATE_LIMITS or not whose or not per_second:
        return
    processes = settings.WEB_PROCESSES
    wait = _counter.wait(what, whose, per_second=per_second / processes, burst=max(1, burst // processes))
    if wait:
        raise TooManyRequestsError(what, wait)
