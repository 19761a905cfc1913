"""The one thread beside the requests."""

import threading
from random import Random

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from sandbox.leisure.programme.tick import tick
from sandbox.leisure.state import State

SECONDS = 5


class Background:
    """Ticks every few seconds, from creation until `stop`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leisure-background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing now."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        chance = Random()  # noqa: S311 a timetable, no secret
        while not self._stopping.wait(SECONDS):
            try:
                tick(self._state, chance)
            except (OperationalError, PoolTimeout):
                continue  # the database is away; the next tick tries again
