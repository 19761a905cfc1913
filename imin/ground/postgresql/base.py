"""Connections that give up: a server may have taken a statement and never answer, with the connection standing.

A stopped process or a frozen machine behind a proxy does that. Nothing but a clock at our end notices: their kernels
acknowledge what we send, so `tcp_user_timeout` is content, and `statement_timeout` is for a server that still runs.
"""

from typing import Any, ClassVar, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen

Answer = TypeVar("Answer")
_LOOK_SECONDS = 0.1


class Connection(psycopg.Connection[Any]):
    """A connection that is closed when the server keeps silent for `limit` seconds; None waits for ever."""

    limit: ClassVar[float | None] = None

    def wait(self, gen: PQGen[Answer], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> Answer:
        """Wait for the server's answer; raises `psycopg.OperationalError` when none comes in time."""
        if timeout is not None or self.limit is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.limit)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 what `wait` raises has no other name
            self.pgconn.finish()  # what it was about to answer must not be taken for the answer to something else
            raise psycopg.OperationalError(f"PostgreSQL did not answer within {self.limit:g} seconds.") from None


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with our connections in its pools."""

    @property
    def pool(self) -> Any:
        """The pool of this role, made at the first use."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options.setdefault("connection_class", Connection)
        return super().pool
