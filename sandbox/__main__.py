"""`python -m sandbox world.json --data DIR`: serve the sandbox until told to stop."""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sandbox import gate, world
from sandbox.leisure import embedded
from sandbox.ports import LOOPBACK, refuse_taken
from sandbox.world import World

THREADS = 32
STOP_SECONDS = 2

log = logging.getLogger("sandbox")


def main() -> None:
    """Serve on this machine only; exits with 1 when the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    arguments = _arguments()
    described = world.read(arguments.world)
    refuse_taken(described.port, program="sandbox")
    for address in gate.addresses(described):
        log.info(address)
    with _database(described, arguments.data) as complete:
        Granian(
            "sandbox",
            address=LOOPBACK,
            port=described.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS,
            workers_kill_timeout=STOP_SECONDS,
            websockets=False,
            log_level=LogLevels.error,
        ).serve(target_loader=partial(gate.create, complete, arguments.data), wrap_loader=False)


@contextmanager
def _database(described: World, data: Path) -> Iterator[World]:
    """Give the booking system a PostgreSQL of its own, when there is a booking system and the world names none."""
    if not described.leisure or described.leisure.dsn:
        yield described
        return
    with embedded.running((data / "leisure").resolve()) as dsn:
        yield replace(described, leisure=replace(described.leisure, dsn=dsn))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("world", type=Path, help="the world.json file")
    parser.add_argument("--data", type=Path, required=True, help="folder for keys and journals")
    return parser.parse_args()


if __name__ == "__main__":
    main()
