"""What every part of the booking system shares while it runs."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.leisure.clock import Clock
from sandbox.leisure.store import Store
from sandbox.leisure.wire import OWN

LEASE = timedelta(minutes=10)  # longer than any test of the official suite


@dataclass
class State:
    """`origin` is where browsers and brokers reach the booking system, `passes` where pictures of passes are.

    Neither has a slash at its end.
    """

    origin: str
    store: Store
    clock: Clock
    passes: str = f"{OWN}passes"
