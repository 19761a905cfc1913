"""The Broker's clock; nothing else in this package asks for the time."""

import time


def now() -> float:
    """Return seconds since 1970 in UTC."""
    return time.time()


def wait(seconds: float) -> None:
    """Hold the calling thread for `seconds`."""
    time.sleep(seconds)
