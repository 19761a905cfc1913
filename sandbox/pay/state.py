"""All that the running service remembers, and the lock around it."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.pay.clock import Clock
from sandbox.pay.deliver import Courier
from sandbox.pay.faults import Faults
from sandbox.pay.store import Record, Store
from sandbox.pay.work import Work
from sandbox.world import World

DAY = 24 * 60 * 60
_LIVES = {"idempotent_answer": DAY, "event": 30 * DAY, "window": DAY}


class State:
    """The service's memory: objects, clock, faults, the courier of webhooks.

    `work` is the only way to read or change objects: it holds the lock, writes the journal at its end
    and hands the events to the courier.
    """

    def __init__(self, world: World, data: Path) -> None:
        self.world = world
        self.clock = Clock()
        self.lock = threading.RLock()
        self.platform = "acct_1" + hashlib.sha256(world.payments.secret_key.encode()).hexdigest()[:16]
        self.store = Store(data)
        self.faults = Faults()
        self.courier = Courier(self.clock)
        self._read_clock()
        self.store.compact(self._stale)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the platform's account and every account connected to it."""
        return (self.platform, *(record["id"] for record in self.store.every(self.platform, "account")))

    @contextmanager
    def work(self, account: str = "", *, request_id: str | None = None, key: str | None = None) -> Iterator[Work]:
        """Hold the lock for one unit of work in `account` (the platform's by default).

        What was put stays also when the work ends with an error: a declined card leaves traces.
        """
        with self.lock:
            work = Work(
                self.store,
                account or self.platform,
                self.platform,
                self.clock.now(),
                self.world.origin(f"hooks.{self.world.pay_host}"),
                self.world.origin(self.world.pay_host),
                request_id,
                key,
            )
            try:
                yield work
            finally:
                self.store.flush()
                self.courier.take(work.told)

    def move_clock(self, seconds: int) -> None:
        """Move the service's time and remember it over a restart."""
        self.clock.offset += seconds
        with self.work() as work:
            work.put({"id": "clock", "object": "clock", "offset": self.clock.offset})

    def _read_clock(self) -> None:
        kept = self.store.find(self.platform, "clock", "clock")
        self.clock.offset = kept["offset"] if kept else 0

    def _stale(self, record: Record) -> bool:
        life = _LIVES.get(record["object"])
        return life is not None and record["created"] + life < self.clock.now()
