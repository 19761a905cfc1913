"""Ports of this machine that somebody listens on already."""

import errno
import socket
import sys

LOOPBACK = "127.0.0.1"


def refuse_taken(port: int, *, program: str) -> None:
    """Exit when somebody listens on `port`: granian would share it with another of its kind."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(f"{program}: port {port} is taken; stop what listens there, or name another port")
