"""What providers publish (discovery document, keys), remembered in memory by address.

A copy is fresh for an hour. When the provider does not answer, an older copy serves for up to a day, so that a
provider's short outage signs nobody out of signing in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from imin.ground.log import logger
from imin.identity.errors import ProviderDownError, WrongAnswerError
from imin.identity.wire import ask, json_object

FRESH = timedelta(hours=1)
KEPT = timedelta(days=1)
PAUSE = timedelta(seconds=30)
_MOST_REMEMBERED = 10_000  # two documents for each provider


@dataclass(frozen=True)
class _Copy:
    content: dict[str, Any]
    fetched_at: datetime
    failed_at: datetime | None = None


_copies: dict[str, _Copy] = {}


def document(url: str, *, now: datetime, fresh: timedelta = FRESH) -> dict[str, Any]:
    """Return the JSON object at `url`, asked for again when our copy is older than `fresh`.

    After a failure the provider is left alone for `PAUSE` as long as a copy serves. Raises `ProviderDownError` or
    `WrongAnswerError` when none does.
    """
    copy = _copies.get(url)
    if copy and (now - copy.fetched_at <= fresh or (copy.failed_at and now - copy.failed_at < PAUSE)):
        return copy.content
    try:
        return renewed(url, now=now)
    except (ProviderDownError, WrongAnswerError) as failure:
        if not copy or now - copy.fetched_at > KEPT:
            raise
        logger(__name__).warning("published_copy_serves", url=url, cause=str(failure))
        _copies[url] = _Copy(copy.content, copy.fetched_at, failed_at=now)
        return copy.content


def renewed(url: str, *, now: datetime) -> dict[str, Any]:
    """Return the JSON object at `url` as it is now, and remember it; a failure is raised and leaves an older copy."""
    content = _fetch(url)
    if len(_copies) >= _MOST_REMEMBERED:
        for oldest in list(_copies)[:1]:
            _copies.pop(oldest, None)
    _copies[url] = _Copy(content, now)
    return content


def forget(url: str = "") -> None:
    """Drop the copy of `url`, or all of them."""
    if url:
        _copies.pop(url, None)
    else:
        _copies.clear()


def _fetch(url: str) -> dict[str, Any]:
    answer = ask("GET", url)
    if answer.status != 200:
        raise WrongAnswerError(f"GET {url} answered {answer.status}.")
    return json_object(answer, of=url)
