"""Which of the two database roles a flow of control uses: `default` (web, walled in) or `owner`.

The web role lives under row-level security and cannot leave it. The owner runs migrations, the worker,
commands and the operator's console.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

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


def drop_dead_connections() -> None:
    """Close what broke when PostgreSQL went away, this thread's connections and those that wait in the pools."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
        pool = getattr(connection, "pool", None)
        if pool:
            pool.check()


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
