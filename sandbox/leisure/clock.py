"""The one module of the booking system that reads the time."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The booking system's time: the machine's, moved by an offset that tests and the control page set."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the booking system's time, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Move the clock."""
        self.offset += by

    def pause(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)
