"""`localhost` by its other address: what comes to ::1 is passed on to 127.0.0.1, where the server listens.

Node 17 to 19 asks the first address that the machine gives for `localhost` and no other, and on many machines that is
::1; so the official suite, whose Node is one of those, would find nobody.
"""

import asyncio
import errno
import logging
import socket
import threading

from sandbox.ports import LOOPBACK

_OTHER = "::1"
_AT_ONCE = 65536
_ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}  # a machine without IPv6

log = logging.getLogger("sandbox.leisure")


def answer_there_too(port: int) -> None:
    """Pass on what comes to `port` of ::1, from a thread of each process that serves; without IPv6, do nothing."""
    try:
        listener = socket.create_server((_OTHER, port), family=socket.AF_INET6, reuse_port=True)
    except OSError as error:
        if error.errno not in _ABSENT:
            log.warning("[%s]:%s is not ours (%s): ask 127.0.0.1", _OTHER, port, error.strerror)
        return
    threading.Thread(target=asyncio.run, args=[_pass_on(listener, port)], name="localhost", daemon=True).start()


async def _pass_on(listener: socket.socket, port: int) -> None:
    async def both_ways(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(LOOPBACK, port)
        await asyncio.gather(_copy(reader, server_writer), _copy(server_reader, writer))

    server = await asyncio.start_server(both_ways, sock=listener)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write what is read until one of both has closed."""
    try:
        while data := await reader.read(_AT_ONCE):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
