"""What every command has: words to say, a database that runs, Django set up. Nothing of Django is imported before."""

import logging
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from imin.brokers.models import Broker

say = Console(highlight=False)
complain = Console(stderr=True, highlight=False, style="red")


class RefusedError(Exception):
    """A command cannot do what was asked; the message says why and what to do next."""

    status = 1


class TypedWronglyError(RefusedError):
    """What was typed is of a wrong form or names nothing; scripts can tell that from a check that found something."""

    status = 2


class NoDatabaseError(RefusedError):
    """The database that was given does not answer; nothing was done."""

    status = 2


_KNOCK_SECONDS = 2


@contextmanager
def database(*, make: bool = False, away: bool = False) -> Iterator[None]:
    """Run the embedded PostgreSQL for as long as the block runs, where no other is given.

    Raises `NoDatabaseError` at once when the one that is given does not answer: pools would go on trying for a while.
    With `away` it may be away: what runs long waits for it. A new one is only made with `make`: whoever wants to read
    something reads that there is nothing.
    """
    from django.conf import settings

    from imin.ground import embedded

    if not (make or settings.DATABASE_URL or embedded.exists()):
        raise NoDatabaseError(f"There is no database below {settings.DATA} (see IMIN_DATA) yet: run `imin migrate`.")
    with embedded.running():
        if settings.DATABASE_URL and not away:
            _knock(settings.DATABASE_URL)
        yield


def _knock(url: str) -> None:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=_KNOCK_SECONDS).close()
    except psycopg.OperationalError as failure:
        reason = str(failure).splitlines()[0]
        raise NoDatabaseError(f"The database does not answer (see DATABASE_URL): {reason}") from None


def setup() -> None:
    """Set up Django, and a log that tells only of trouble: what a command did, it says itself."""
    import django

    from imin.ground import log

    django.setup()
    log.configure(least=logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # that the database is away, `main` says in one line


def counted(number: int, one: str, many: str) -> str:
    """Return the number with its noun."""
    return f"{number} {one if number == 1 else many}"


def somebody() -> str:
    """Say who typed the command, for the audit log."""
    return f"{pwd.getpwuid(os.getuid()).pw_name} at a terminal"


def broker_named(slug: str) -> "Broker":
    """Return the Broker with this slug. As the owner; raises `TypedWronglyError`, which names those that there are."""
    from imin.brokers.models import Broker

    found = Broker.objects.filter(slug=slug).first()
    if not found:
        known = ", ".join(Broker.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise TypedWronglyError(f"There is no Broker {slug}. There are: {known}.")
    return found
