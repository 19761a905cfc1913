"""A TCP port in front of the tests' PostgreSQL that can be shut: connections stand, and nothing passes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.conf import settings


class Valve:
    """Passes bytes both ways while it is open; while it is shut it still takes connections, and their bytes."""

    def __init__(self) -> None:
        self._open = Event()
        self._open.set()
        self._passing: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._start(self._admit)

    def url(self, role: str) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{settings.DATABASE_NAME}"

    @contextmanager
    def shut(self) -> Iterator[None]:
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        for end in (self._door, *self._passing):
            end.close()

    def _admit(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:  # closed
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{settings.EMBEDDED_SOCKETS}/.s.PGSQL.5432")
            self._passing += [client, server]
            self._start(self._pass, client, server)
            self._start(self._pass, server, client)

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                self._open.wait()
                sink.sendall(content)
            sink.shutdown(socket.SHUT_RDWR)
        except OSError:  # one side is gone
            return

    @staticmethod
    def _start(target, *values: socket.socket) -> None:
        Thread(target=target, args=values, daemon=True).start()
