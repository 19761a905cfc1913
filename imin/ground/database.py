"""Which of the two database roles a flow of control uses: `default` (web, walled in) or `owner`.

The web role lives under row-level security and cannot leave it. The owner runs migrations, the worker,
commands and the operator's console.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connections

from imin.ground.postgresql.base import Connection

WEB = "default"
OWNER = "owner"

_role: ContextVar[str] = ContextVar("imin_database_role", default=WEB)


def role() -> str:
    """Return the alias of the database connection that this flow of control uses."""
    return _role.get()


@contextmanager
def as_owner() -> Iterator[None]:
    """Use the owner's connection inside the block."""
    token = _role.set(OWNER)
    try:
        yield
    finally:
        _role.reset(token)


@contextmanager
def as_web() -> Iterator[None]:
    """Use the walled-in connection inside the block, where all else is the owner's: to see what a Customer may see."""
    token = _role.set(WEB)
    try:
        yield
    finally:
        _role.reset(token)


def never_wait_long() -> None:
    """Let no statement of this process wait for an answer for much longer than `DATABASE_TIMEOUT_SECONDS`.

    For processes that people wait for. A second more than the server's own limit, whose refusal says more.
    """
    Connection.limit = settings.DATABASE_TIMEOUT_SECONDS + 1


def drop_dead_connections() -> None:
    """Close what may have broken when PostgreSQL went away: this thread's connections, those that wait in the pools.

    Nothing is asked of the latter: a server that keeps silent would be waited for at each of them.
    """
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
        pool = getattr(connection, "pool", None)
        if pool:
            pool.drain()


class RoleRouter:
    """Django's database router: everything goes to the role in force; only the owner migrates."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        """Return the alias in force."""
        return _role.get()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        """Return the alias in force."""
        return _role.get()

    def allow_relation(self, *_objects: Any, **_hints: Any) -> bool:
        """Both aliases are one database."""
        return True

    def allow_migrate(self, db: str, *_what: Any, **_hints: Any) -> bool:
        """Only the owner may change the schema."""
        return db == OWNER
