"""The one thread beside the requests: what is due later, and webhooks."""

import threading

from sandbox.pay.jobs import run_due
from sandbox.pay.later import VERBS
from sandbox.pay.state import State

_LONGEST_WAIT = 0.5


class Background:
    """Runs from creation until `stop`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pay-background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing now."""
        self._stopping.set()
        self._state.courier.hurry()
        self._thread.join()
        self._state.courier.finish()

    def _run(self) -> None:
        while not self._stopping.is_set():
            run_due(self._state, VERBS)
            self._state.courier.send_due(self._state)
            self._state.courier.wait(_LONGEST_WAIT)
