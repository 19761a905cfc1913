"""What every command has: words to say, a database that runs, Django set up. Nothing of Django is imported before."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

say = Console(highlight=False)
complain = Console(stderr=True, highlight=False, style="red")


class RefusedError(Exception):
    """A command cannot do what was asked; the message says why and what to do next."""


@contextmanager
def database() -> Iterator[None]:
    """Run the embedded PostgreSQL for as long as the block runs, where no other is given."""
    from imin.ground import embedded

    with embedded.running():
        yield


def setup() -> None:
    """Set up Django and the log."""
    import django

    from imin.ground import log

    django.setup()
    log.configure()
