"""`python -m sandbox world.json --data DIR`: serve the sandbox until told to stop."""

import argparse
import errno
import logging
import socket
import sys
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sandbox import gate, world

LOOPBACK = "127.0.0.1"
THREADS = 32
STOP_SECONDS = 2

log = logging.getLogger("sandbox")


def main() -> None:
    """Serve on this machine only; exits with 1 when the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    arguments = _arguments()
    described = world.read(arguments.world)
    _refuse_taken(described.port)
    for address in gate.addresses(described):
        log.info(address)
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
    ).serve(target_loader=partial(gate.load, arguments.world, arguments.data), wrap_loader=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("world", type=Path, help="the world.json file")
    parser.add_argument("--data", type=Path, required=True, help="folder for keys and journals")
    return parser.parse_args()


def _refuse_taken(port: int) -> None:
    """Exit when somebody listens on `port`: granian would share it with another of its kind."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(f"sandbox: port {port} is taken; stop what listens there, or name another port")


if __name__ == "__main__":
    main()
