"""The signed-in card list: requests per CPU-second, beside an empty Django view in the same run."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.load import drive, get
from bench.processor import children_seconds, group_seconds
from tests.journeys.stack import Stack, free_ports
from tests.journeys.visitor import Visitor

SECONDS = 8.0
CARDS = 3
MANY_CARDS, HISTORY = 10, 200
_MORE_CARDS = """
    INSERT INTO payments_card
    SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', gen_random_uuid(), 'reference', 'pm_bench_' || n, 'fingerprint', 'bench_' || n, 'is_default', false))).*
    FROM payments_card c, generate_series(1, %s) n WHERE c.last4 = '4444' AND c.status = 'active'
"""
_MORE_HISTORY = """
    INSERT INTO payments_historyentry
        (broker_id, customer_id, card_id, number, at, event, by_whom, details, salt, digest, previous, hash)
    SELECT broker_id, customer_id, id, 0, now(), 'edited', 'customer',
        '{"changes": {"nickname": ["Daily", "For weekends"]}}', '', '', '', ''
    FROM (SELECT * FROM payments_card WHERE last4 = '4444' AND status = 'active' LIMIT 1) c, generate_series(1, %s) n
"""


@dataclass(frozen=True)
class Rate:
    """Answers per second, and per CPU-second of the web processes alone and with the database's share."""

    per_second: float
    per_web_cpu: float
    per_total_cpu: float


def measure(stack: Stack) -> dict[str, Rate]:
    """Return the rates of the card list with `CARDS` cards and with many, of a long history, and of the empty views."""
    visitor = Visitor(stack)
    visitor.sign_in_at_broker()
    for number in ("4242424242424242", "5555555555554444", "378282246310005"):
        assert visitor.add_card(number).status_code == 200
    host = f"cards.acmebroker.localhost:{stack.port}"
    request = get(host, "/edit", visitor.cookies["cards.acmebroker.localhost"])
    web, database = _web_group(stack), _postmaster(stack)
    listed = _rate(stack.port, request, web, database)
    fill(stack)
    many = _rate(stack.port, request, web, database)
    history = _rate(
        stack.port, get(host, "/edit/history", visitor.cookies["cards.acmebroker.localhost"]), web, database
    )
    yardsticks = {"bare": _yardstick("bare"), "project": _yardstick("project")}
    return {
        "list": listed,
        "many": many,
        "history": history,
        **yardsticks,
        "asking": _yardstick("asking", stack.sockets),
    }


def fill(stack: Stack) -> None:
    """Give the visitor `MANY_CARDS` cards and `HISTORY` more entries of history, by copies of what they have."""
    with stack.database() as connection:
        connection.execute(_MORE_CARDS, [MANY_CARDS - CARDS])
        connection.execute(_MORE_HISTORY, [HISTORY])


def _yardstick(*words: str) -> Rate:
    port = free_ports()
    server = subprocess.Popen([sys.executable, "-m", "bench.empty", str(port), *words], start_new_session=True)
    try:
        _wait_for(port)
        return _rate(port, get(f"localhost:{port}", "/", {}), server.pid, None)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _wait_for(port: int) -> None:
    """Wait until somebody listens at `port`; raises `TimeoutError` when nobody does within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"Nobody listens at {port}.")


def _rate(port: int, request: bytes, group: int, postmaster: int | None) -> Rate:
    drive(port, request, seconds=1.5)  # warm
    web, database = group_seconds(group), children_seconds(postmaster) if postmaster else 0.0
    started = time.monotonic()
    answers = drive(port, request, seconds=SECONDS)
    elapsed = time.monotonic() - started
    web = group_seconds(group) - web
    database = children_seconds(postmaster) - database if postmaster else 0.0
    return Rate(answers / elapsed, answers / web, answers / (web + database))


def _web_group(stack: Stack) -> int:
    """Return the process group of `imin run`, a child of the demo."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == stack.process.pid and b"run" in words:
            return int(folder.name)
    raise RuntimeError("the web process was not found")


def _postmaster(stack: Stack) -> int:
    with stack.database() as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row
    return int(str(row[0]).splitlines()[0])
