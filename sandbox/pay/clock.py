"""The one module of the payment service that reads the time."""

import time


class Clock:
    """The service's time: the machine's, moved by an offset in seconds that the control plane sets."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset

    def now(self) -> int:
        """Return the service's time in Unix seconds."""
        return self.wall() + self.offset

    def wall(self) -> int:
        """Return the machine's own time in Unix seconds: a receiver checks signatures against that one."""
        return int(time.time())

    def ticks(self) -> float:
        """Return seconds that only ever grow, to measure waits with."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)
