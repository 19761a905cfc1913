"""Faults on demand: the ways in which a payment service lets its caller down."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response

from sandbox.pay.errors import ApiError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_CODES = {409: "idempotency_key_in_use", 429: "rate_limit"}
KINDS = ("slow", "down", "refuse", "break", "drop_before", "drop_after")


@dataclass
class Fault:
    """One fault: of a kind in `KINDS`, for the next `remaining` calls (None: until reset) below `prefix`.

    slow waits `milliseconds`; down and drop_before close the connection with nothing done; refuse answers
    `status` with nothing done; break answers 500 after the call began, so that its idempotency key keeps
    that answer; drop_after does the work and then closes the connection.
    """

    kind: str
    remaining: int | None = None
    prefix: str = ""
    host: str = "api"
    milliseconds: int = 0
    status: int = 500
    code: str | None = None

    def refusal(self) -> ApiError:
        """Return the error that a refusing or breaking service answers."""
        kind = "rate_limit_error" if self.status == 429 else "api_error"
        headers = {"Stripe-Rate-Limited-Reason": "global-rate"} if self.status == 429 else {}
        message = f"Told to answer {self.status}."
        code = self.code or _CODES.get(self.status)
        return ApiError(self.status, message, kind=kind, code=code, headers=headers)


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._active.append(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._active.clear()

    def active(self) -> list[Fault]:
        """Return the faults that are on."""
        with self._lock:
            return list(self._active)

    def take(self, host: str, path: str) -> Fault | None:
        """Return the fault that meets this call, and count the call against it."""
        with self._lock:
            for fault in self._active:
                if fault.host == host and path.startswith(fault.prefix):
                    self._count(fault)
                    return fault
        return None

    def _count(self, fault: Fault) -> None:
        if fault.remaining is not None:
            fault.remaining -= 1
            if fault.remaining <= 0:
                self._active.remove(fault)


def dropped(environ: "WSGIEnvironment") -> Response:
    """Hang up on the caller, and return an answer that nobody will get whole.

    A server that does not say which connection it is (granian) may have sent the head of the answer by
    then; the caller sees a body that breaks off.
    """
    if "REMOTE_PORT" in environ:
        _hang_up((environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])))
    return Response(_broken(), headers={"Content-Length": "1"})


def _hang_up(peer: tuple[str, int]) -> None:
    # A WSGI server hands its connection to nobody; but it is one of this process's open files.
    for file in Path("/dev/fd").iterdir():
        try:
            if not file.is_socket():  # fromfd would leave its copy of any other file open
                continue
            with socket.fromfd(int(file.name), socket.AF_INET, socket.SOCK_STREAM) as connection:
                if connection.getpeername() == peer:
                    connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue  # closed meanwhile, or without a peer


def _broken() -> Iterator[bytes]:
    raise ConnectionResetError("dropped on purpose")
    yield b""
