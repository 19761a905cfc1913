"""A whole silent sign-in: our server's time and CPU, without the provider's page."""

import time
from dataclasses import dataclass
from statistics import median

from bench.card_list import _web_group
from bench.processor import group_seconds
from tests.journeys.stack import Stack
from tests.journeys.visitor import Visitor

ROUNDS = 150


@dataclass(frozen=True)
class SignIn:
    """`wall_ms`: median of our two answers (start, callback with its call to the token endpoint); `cpu_ms`: ours."""

    wall_ms: float
    cpu_ms: float
    redirects: int


def measure(stack: Stack) -> SignIn:
    """Sign the same person in `ROUNDS` times, each with a new session of ours."""
    visitor = Visitor(stack)
    visitor.sign_in_at_broker("robin@acmebroker.example")
    group = _web_group(stack)
    walls, redirects = [], 0
    _once(visitor)
    before = group_seconds(group)
    for _ in range(ROUNDS):
        wall, redirects = _once(visitor)
        walls.append(wall)
    return SignIn(median(walls) * 1000, (group_seconds(group) - before) / ROUNDS * 1000, redirects)


def _once(visitor: Visitor) -> tuple[float, int]:
    """Return our seconds in one sign-in, and how many redirects led from the link to the signed-in page."""
    visitor.cookies.pop("cards.acmebroker.localhost", None)
    url, ours, redirects = visitor.stack.cards(), 0.0, 0
    while True:
        started = time.perf_counter()
        answer = visitor.request("GET", url)
        if "//cards." in url:
            ours += time.perf_counter() - started
        if answer.status_code == 200:
            return ours, redirects
        assert answer.status_code == 302, answer.text
        redirects += 1
        where = answer.headers["location"]
        url = where if "://" in where else visitor.stack.cards(where)
        if redirects > 4:
            raise RuntimeError("no end of redirects")
