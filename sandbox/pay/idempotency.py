"""Idempotency keys: the same POST twice is one POST, and says so."""

import hashlib
import hmac
import threading
from dataclasses import dataclass, field

from sandbox.pay.errors import ApiError, invalid
from sandbox.pay.store import Record
from sandbox.pay.work import Work

LIFE = 24 * 60 * 60


@dataclass(frozen=True)
class Answer:
    """A status, the body's exact text and extra headers."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class InFlight:
    """The keys of requests that are being carried out now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    def enter(self, account: str, key: str) -> None:
        """Claim the key; raise 409 when another request holds it."""
        with self._lock:
            if (account, key) in self._keys:
                message = "Another request with this idempotency key is being carried out."
                raise ApiError(409, message, kind="idempotency_error", code="idempotency_key_in_use")
            self._keys.add((account, key))

    def leave(self, account: str, key: str) -> None:
        """Give the key back."""
        with self._lock:
            self._keys.discard((account, key))


def fingerprint(secret: str, method: str, path: str, pairs: list[tuple[str, str]]) -> str:
    """Return what tells two requests apart, without keeping their parameters (a card number may be there)."""
    text = repr((method, path, sorted(pairs)))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def check(key: str) -> None:
    """Raise a 400 for a key that is too long."""
    if len(key) > 255:
        raise invalid("Idempotency keys are at most 255 characters long.", param="Idempotency-Key")


def replay(work: Work, key: str, request: str) -> Answer | None:
    """Return the kept answer, None for a new key; raise a 400 when `request` is not the first one again."""
    kept = work.look("idempotent_answer", key)
    if kept is None or kept["created"] + LIFE <= work.now:
        return None
    if kept["request"] != request:
        message = "This idempotency key belongs to a request with other parameters or another address."
        raise ApiError(400, message, kind="idempotency_error", validation=True)
    return Answer(kept["status"], kept["body"], {"Idempotent-Replayed": "true"})


def keep(work: Work, key: str, request: str, answer: Answer) -> Record:
    """Remember the answer of a request that was begun."""
    return work.put(
        {
            "id": key,
            "object": "idempotent_answer",
            "created": work.now,
            "request": request,
            "status": answer.status,
            "body": answer.body,
        }
    )
