"""Webhooks on their way: one courier, who signs, sends, tries again, and can be told to be a bad one."""

import hashlib
import hmac
import http.client
import json
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.pay.clock import Clock
from sandbox.pay.render import render

if TYPE_CHECKING:
    from sandbox.pay.state import State
    from sandbox.pay.store import Record

TRIES = 20
TIMEOUT = 10
_REORDER_WINDOW = 1.0


@dataclass
class Switches:
    """How the courier misbehaves: seconds late, extra copies, drops, reversed order, an old signature."""

    delay: float = 0
    duplicate: int = 0
    drop: int = 0
    reorder: bool = False
    signature_age: int = 0


@dataclass(order=True)
class Parcel:
    """One event for one endpoint, due at a tick of the clock."""

    due: float
    number: int
    account: str = field(compare=False)
    event: str = field(compare=False)
    home: str = field(compare=False)
    endpoint: str = field(compare=False)
    tried: int = field(compare=False, default=0)


def sign(body: bytes, secrets: list[str], timestamp: int) -> str:
    """Return the value of the `Stripe-Signature` header: one `v1` for each secret that is in force."""
    message = str(timestamp).encode() + b"." + body
    digests = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])


class Courier:
    """Holds what is to be sent; `send_due` is called by the background thread only.

    Each endpoint has its events one after the other, and a slow one keeps no other waiting.
    """

    def __init__(self, clock: Clock) -> None:
        self.switches = Switches()
        self.attempts: deque[dict[str, Any]] = deque(maxlen=500)
        self.wake = threading.Condition()
        self._clock = clock
        self._parcels: list[Parcel] = []
        self._busy: dict[str, threading.Thread] = {}
        self._count = 0
        self._told: deque[tuple[str, str]] = deque()
        self._window_ends = 0.0
        self._in_window = 0

    def take(self, told: list[tuple[str, str]]) -> None:
        """Take (account, event id) pairs over from a unit of work that has ended."""
        if told:
            with self.wake:
                self._told.extend(told)
                self.wake.notify()

    def resend(self, parcel: Parcel) -> None:
        """Send once more, now."""
        with self.wake:
            self._push(parcel, 0)
            self.wake.notify()

    def forget(self) -> None:
        """Drop all that was to be sent, and the list of attempts."""
        with self.wake:
            self._parcels.clear()
            self._told.clear()
            self.attempts.clear()

    def hurry(self) -> None:
        """End a `wait` that is going on."""
        with self.wake:
            self.wake.notify()

    def wait(self, longest: float) -> None:
        """Block until there may be something to send, at most `longest` seconds."""
        with self.wake:
            if self._told:
                return
            free = [parcel.due for parcel in self._parcels if parcel.endpoint not in self._busy]
            due = min(free) - self._clock.ticks() if free else longest
            if due > 0:
                self.wake.wait(min(due, longest))

    def send_due(self, state: "State") -> None:
        """Address what was told and send all that is due."""
        self._address(state)
        while (parcel := self._next()) is not None:
            thread = threading.Thread(target=self._carry, args=(state, parcel), daemon=True)
            self._busy[parcel.endpoint] = thread
            thread.start()

    def finish(self) -> None:
        """Wait a little for what is on its way."""
        for thread in list(self._busy.values()):
            thread.join(1)

    def _next(self) -> Parcel | None:
        with self.wake:
            free = [parcel for parcel in self._parcels if parcel.endpoint not in self._busy]
            first = min(free, default=None)
            if first is None or first.due > self._clock.ticks():
                return None
            self._parcels.remove(first)
            return first

    def _carry(self, state: "State", parcel: Parcel) -> None:
        try:
            self._send(state, parcel)
        finally:
            with self.wake:
                del self._busy[parcel.endpoint]
                self.wake.notify()

    def _address(self, state: "State") -> None:
        with self.wake:
            told = list(self._told)
            self._told.clear()
        for account, event_id in told:
            with state.work(account) as work:
                event = work.look("event", event_id)
                places = list(event["_to"]) if event else []
            for home, endpoint in places:
                self._schedule(Parcel(0, 0, account, event_id, home, endpoint))

    def _schedule(self, parcel: Parcel) -> None:
        with self.wake:
            if self.switches.drop > 0:
                self.switches.drop -= 1
                self._note(parcel, "dropped on the way", 0)
                return
            for _ in range(1 + self.switches.duplicate):
                self._push(parcel, self.switches.delay + self._reordered())

    def _reordered(self) -> float:
        if not self.switches.reorder:
            return 0
        now = self._clock.ticks()
        if now > self._window_ends - _REORDER_WINDOW / 2:
            self._window_ends, self._in_window = now + _REORDER_WINDOW, 0
        self._in_window += 1
        # The later an event comes in the window, the earlier it leaves at the window's end.
        return self._window_ends - now - self._in_window / 1000

    def _push(self, parcel: Parcel, delay: float) -> None:
        self._count += 1
        copy = Parcel(
            self._clock.ticks() + delay,
            self._count,
            parcel.account,
            parcel.event,
            parcel.home,
            parcel.endpoint,
            parcel.tried,
        )
        self._parcels.append(copy)

    def _send(self, state: "State", parcel: Parcel) -> None:
        with state.work(parcel.account) as work:
            event = work.look("event", parcel.event)
            endpoint = work.store.find(parcel.home, "webhook_endpoint", parcel.endpoint)
            if event is None or endpoint is None or endpoint["status"] != "enabled":
                return
            body = json.dumps(render(event), indent=2, ensure_ascii=False).encode()
            url, secrets = endpoint["url"], [endpoint["_secret"], *endpoint["_old_secrets"]]
        header = sign(body, secrets, self._clock.wall() - self.switches.signature_age)
        began = self._clock.ticks()
        outcome = post(url, body, header)
        self._note(parcel, outcome, self._clock.ticks() - began)
        if isinstance(outcome, int) and 200 <= outcome < 300:
            self._delivered(state, parcel)
        elif parcel.tried + 1 < TRIES:
            parcel.tried += 1
            with self.wake:
                self._push(parcel, min(0.5 * 2 ** (parcel.tried - 1), 60))

    def _delivered(self, state: "State", parcel: Parcel) -> None:
        with state.work(parcel.account) as work:
            event = work.look("event", parcel.event)
            place = [parcel.home, parcel.endpoint]
            if event is not None and place in event["_to"]:
                event["_to"].remove(place)
                event["pending_webhooks"] = len(event["_to"])
                work.put(event)

    def _note(self, parcel: Parcel, outcome: "int | str", seconds: float) -> None:
        attempt: Record = {
            "at": self._clock.now(),
            "event": parcel.event,
            "endpoint": parcel.endpoint,
            "try": parcel.tried + 1,
            "outcome": outcome,
            "milliseconds": round(seconds * 1000),
        }
        self.attempts.append(attempt)


def post(url: str, body: bytes, signature: str) -> int | str:
    """Send one webhook; return the answer's status, or in words why there was none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    # The C library does not know *.localhost; browsers take it for this machine, and so do we.
    target = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(target, parts.port, timeout=TIMEOUT)
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
    }
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    except TimeoutError:
        return f"no answer within {TIMEOUT} s"
    except ConnectionRefusedError:
        return "nobody listens there"
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
