"""Silent sign-ins per CPU-second: ours beside npm `openid-client` on Node, and with 1 beside 1,000 Brokers.

A second peer keeps in PostgreSQL what is under way and who is signed in, which a relying party of more than one process
must. All sign the same people in at the same quick provider, whose CPU is not counted. They take turns, and each
figure is the median of its turns.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.brokers import CLIENT, SECRET
from bench.card_list import _postmaster, _web_group
from bench.processor import children_seconds, group_seconds
from bench.walk import walk
from tests.journeys.stack import Stack, free_ports
from tests.node import installed

BROKERS = 1000
TURNS = 5
SECONDS = 4.0
PEER = Path(__file__).parent / "peer"


@dataclass(frozen=True)
class Rates:
    """Sign-ins per CPU-second of the serving processes; `with_database` counts PostgreSQL's too.

    The ratios are medians of each turn's own: what else the machine does then concerns both sides.
    """

    one: float
    with_database: float
    peer: float
    to_peer: float
    keeping: float
    to_keeping: float
    many: float
    one_to_many: float


def measure(stack: Stack) -> Rates:
    """Measure in turns: one Broker of ours, the peer, many Brokers of ours."""
    with _node("provider.mjs") as (provider, first_line):
        provider_port = int(first_line)
        del provider
        count = [sys.executable, "-m", "bench.brokers", str(BROKERS), str(provider_port)]
        subprocess.run(count, env=stack.environment, check=True)
        hosts = [f"cards.b{number}.localhost:{stack.port}" for number in range(BROKERS)]
        walk(stack.port, provider_port, hosts, seconds=0)  # everybody was here before
        port = free_ports()
        words = (f"http://localhost:{provider_port}", CLIENT, SECRET, str(port))
        keeping_port = free_ports()
        kept = (*words[:3], str(keeping_port), stack.sockets)
        with _node("relying_party.mjs", *words) as (peer, _), _node("relying_party.mjs", *kept) as (keeping, _):
            peers = {port: peer, keeping_port: keeping}
            for each in peers:
                walk(each, provider_port, [f"localhost:{each}"], seconds=1)
            turns = [_turn(stack, provider_port, hosts, peers) for _ in range(TURNS)]
    return Rates(*(median(values) for values in zip(*turns, strict=True)))


def _turn(stack: Stack, provider_port: int, hosts: list[str], peers: dict[int, int]) -> tuple[float, ...]:
    web, postmaster = _web_group(stack), _postmaster(stack)

    def run(hosts: list[str]) -> tuple[float, float]:
        before, database = group_seconds(web), children_seconds(postmaster)
        done = walk(stack.port, provider_port, hosts, seconds=SECONDS)
        used = group_seconds(web) - before
        return done / used, done / (used + children_seconds(postmaster) - database)

    one, with_database = run(hosts[:1])
    theirs, kept = (_of_peer(port, group, provider_port) for port, group in peers.items())
    many, _ = run(hosts)
    return one, with_database, theirs, one / theirs, kept, one / kept, many, one / many


def _of_peer(port: int, group: int, provider_port: int) -> float:
    before = group_seconds(group)
    done = walk(port, provider_port, [f"localhost:{port}"], seconds=SECONDS)
    return done / (group_seconds(group) - before)


@contextmanager
def _node(program: str, *words: str) -> Iterator[tuple[int, str]]:
    """Run a Node program of `peer/`; yield its process group and the first line that it prints."""
    process = subprocess.Popen(
        ["node", program, *words], cwd=installed(PEER), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        yield process.pid, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
