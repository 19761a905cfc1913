"""A small closed-loop load on loopback: keep-alive connections, one request under way on each."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def drive(port: int, request: bytes, *, seconds: float, connections: int = 8) -> int:
    """Send `request` over and over for `seconds`; return how many answers came, all of them 200.

    Raises `RuntimeError` on any other answer.
    """
    end = time.monotonic() + seconds

    def work(_index: int, failures: list[str]) -> int:
        count = 0
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            while time.monotonic() < end and not failures:
                connection.sendall(request)
                head = read_answer(connection)
                if not head.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(head[:300].decode(errors="replace"))
                count += 1
        return count

    return together(connections, work)


def together(threads: int, work: Callable[[int, list[str]], int]) -> int:
    """Run `work` in threads, each with its number and a list that is not empty once one failed; return the sum.

    Raises `RuntimeError` with what failed first.
    """
    failures: list[str] = []

    def one(index: int) -> int:
        try:
            return work(index, failures)
        except (OSError, RuntimeError) as failure:
            failures.append(str(failure))
            return 0

    with ThreadPoolExecutor(threads) as pool:
        done = list(pool.map(one, range(threads)))
    if failures:
        raise RuntimeError(failures[0])
    return sum(done)


def get(host: str, path: str, cookies: dict[str, str]) -> bytes:
    """Return a GET request as a browser navigation sends it."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nSec-Fetch-Mode: navigate\r\n"
        "Sec-Fetch-Dest: document\r\nSec-Fetch-Site: same-origin\r\nAccept-Language: en-GB\r\n\r\n"
    ).encode()


def read_answer(connection: socket.socket) -> bytes:
    """Read one answer to its end; return its head. Raises `RuntimeError` when the server closes before."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    )
    while len(body) < length:
        body += _more(connection)
    return head


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise RuntimeError("the server closed the connection")
    return chunk
