"""`python -m sandbox.leisure --data DIR`: serve the booking system alone, until told to stop."""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sandbox.leisure import app, embedded, localhost
from sandbox.leisure.background import Background
from sandbox.leisure.programme.build import MOST, build
from sandbox.leisure.testing import showcase
from sandbox.ports import LOOPBACK, refuse_taken

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 32
STOP_SECONDS = 2

log = logging.getLogger("sandbox.leisure")


def main() -> None:
    """Serve on this machine only; exits with 1 when the port is taken, with 2 when what was asked for cannot be."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    asked = _arguments()
    refuse_taken(asked.port, program="leisure")
    origin = asked.origin or f"http://localhost:{asked.port}"
    with database(asked.dsn, asked.data) as dsn:
        state = app.start(origin, dsn)
        build(state, size=asked.opportunities, seed=asked.seed)
        showcase.fill(state, asked.showcase)
        state.store.close()
        log.info("%s/openactive", origin)
        Granian(
            "leisure",
            address=LOOPBACK,
            port=asked.port,
            interface=Interfaces.WSGI,
            workers=asked.workers,
            blocking_threads=THREADS,
            workers_kill_timeout=STOP_SECONDS,
            websockets=False,
            log_level=LogLevels.error,
        ).serve(target_loader=partial(load, origin, dsn, asked.passes, asked.port), wrap_loader=False)


@contextmanager
def database(dsn: str, data: Path) -> Iterator[str]:
    """Have the database that `dsn` names, or without one a PostgreSQL of our own in the folder `data`."""
    if dsn:
        yield dsn
        return
    with embedded.running((data / "leisure").resolve()) as own:
        yield own


def load(origin: str, dsn: str, passes: str, port: int) -> "WSGIApplication":
    """Return the application, in the process that serves it."""
    state = app.start(origin, dsn, passes)
    Background(state)
    localhost.answer_there_too(port)
    return app.create(state)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.leisure", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".leisure"), help="folder of its own PostgreSQL (.leisure)")
    parser.add_argument("--dsn", default="", help="use this PostgreSQL instead")
    parser.add_argument("--port", type=int, default=8010, help="port to listen on (8010)")
    parser.add_argument("--origin", default="", help="where it is reached (http://localhost:PORT)")
    parser.add_argument("--opportunities", type=int, default=500, help="how many to make, up to 10 million (500)")
    parser.add_argument("--seed", default="leisure", help="another seed makes another programme (leisure)")
    parser.add_argument("--showcase", type=int, default=0, help="of each criterion and kind, how many to make too (0)")
    parser.add_argument("--passes", default="", help="where pictures of passes are (ORIGIN/passes)")
    parser.add_argument("--workers", type=int, default=1, help="processes that serve (1)")
    asked = parser.parse_args()
    if not 0 <= asked.opportunities <= MOST:
        parser.exit(2, f"leisure: --opportunities is a number from 0 to {MOST:,}\n")
    return asked


if __name__ == "__main__":
    main()
