"""What the edge waits for, before it gets a certificate."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median, quantiles

from tests.journeys.stack import Stack

ASKS = 2000
WARMING = 100


@dataclass(frozen=True)
class Asked:
    """Milliseconds from opening a connection to having the answer: the median, and what 99 of 100 stay below."""

    median_ms: float
    p99_ms: float


def measure(stack: Stack) -> Asked:
    """Ask one after the other, each time on a new connection, for a host of ours and for a stranger's in turn."""
    hosts = {"cards.acmebroker.localhost": 200, "cards.stranger.example": 404}
    milliseconds = []
    for number in range((WARMING + ASKS) // 2):
        for host, status in hosts.items():
            started = time.perf_counter()
            connection = HTTPConnection("127.0.0.1", stack.ask_port, timeout=10)
            connection.request("GET", f"/internal/tls/ask?domain={host}")
            said = connection.getresponse().status
            connection.close()
            if said != status:
                raise RuntimeError(f"{host} was answered {said}")
            if number >= WARMING // 2:
                milliseconds.append((time.perf_counter() - started) * 1000)
    return Asked(median(milliseconds), quantiles(milliseconds, n=100)[98])
