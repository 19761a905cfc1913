"""The demo's processes: started together, started again when one dies, stopped together."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_YOUNG_SECONDS = 2
_MOST_YOUNG_DEATHS = 10


class ProcessDiedError(Exception):
    """A process dies again and again; the message says where its last words are."""


@dataclass
class Processes:
    """Named commands that run until `stop`; their output goes to `log`."""

    commands: dict[str, list[str]]
    environment: dict[str, str]
    log: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started_at: dict[str, float] = field(default_factory=dict)
    young_deaths: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Start every command, each in a process group of its own."""
        for name in self.commands:
            self._start(name)

    def keep_alive(self) -> None:
        """Start again whatever has died, as a service manager would.

        Raises `ProcessDiedError` when one dies right after its start, time after time.
        """
        for name, process in list(self.running.items()):
            if process.poll() is None:
                continue
            young = time.monotonic() - self.started_at[name] < _YOUNG_SECONDS
            self.young_deaths[name] = self.young_deaths.get(name, 0) + 1 if young else 0
            if self.young_deaths[name] > _MOST_YOUNG_DEATHS:
                raise ProcessDiedError(f"The {name} process keeps dying. Its last words are in {self.log}.")
            _kill_group(process)
            self._start(name)

    def dead(self) -> str | None:
        """Return the name of a process that is not running, if there is one."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Ask every process to finish, and end what has not after 20 s."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            _kill_group(process)

    def _start(self, name: str) -> None:
        self.started_at[name] = time.monotonic()
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 our own programs
                self.commands[name], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what a dead process left of its group, so that it holds no port."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
