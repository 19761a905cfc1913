"""A small closed-loop load on loopback: keep-alive connections, one request under way on each."""

import socket
import threading
import time


def drive(port: int, request: bytes, *, seconds: float, connections: int = 8) -> int:
    """Send `request` over and over for `seconds`; return how many answers came, all of them 200.

    Raises `RuntimeError` on any other answer.
    """
    counts = [0] * connections
    failures: list[str] = []
    end = time.monotonic() + seconds

    def work(index: int) -> None:
        try:
            run(index)
        except OSError as failure:
            failures.append(str(failure))

    def run(index: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            while time.monotonic() < end and not failures:
                connection.sendall(request)
                head = read_answer(connection)
                if not head.startswith(b"HTTP/1.1 200"):
                    failures.append(head[:300].decode(errors="replace"))
                counts[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return sum(counts)


def get(host: str, path: str, cookies: dict[str, str]) -> bytes:
    """Return a GET request as a browser navigation sends it."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nSec-Fetch-Mode: navigate\r\n"
        "Sec-Fetch-Dest: document\r\nSec-Fetch-Site: same-origin\r\nAccept-Language: en-GB\r\n\r\n"
    ).encode()


def read_answer(connection: socket.socket) -> bytes:
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
