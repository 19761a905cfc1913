"""PostgreSQL that takes everything and answers nothing: pages say so within seconds, and all is well by itself."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.brokers import build
from tests.conformance.certified.platform import Platform
from tests.journeys.valve import Valve

LIMIT = 1  # second, of a statement; a wait at our end takes one more
AT_ONCE = 6


@pytest.fixture
def valve() -> Iterator[Valve]:
    made = Valve()
    yield made
    made.close()


@pytest.fixture
def platform(owner, valve, tmp_path) -> Iterator[Platform]:
    build.broker("acmebroker", name="Acme")
    urls = {"DATABASE_URL": valve.url("imin_owner"), "DATABASE_WEB_URL": valve.url("imin_web")}
    running = Platform(
        tmp_path / "platform.log",
        {**urls, "IMIN_DATABASE_TIMEOUT_SECONDS": str(LIMIT), "IMIN_RATE_LIMITS": "0"},
    )
    yield running
    running.stop()


def ask(platform: Platform, host: str, path: str, port: int = 0) -> tuple[httpx2.Response, float]:
    """Return the answer and how many seconds it took."""
    begun = time.monotonic()
    url = f"http://127.0.0.1:{port or platform.port}{path}"
    answer = httpx2.get(url, headers={"Host": host}, timeout=60)
    return answer, time.monotonic() - begun


def page(platform: Platform) -> tuple[httpx2.Response, float]:
    return ask(platform, "cards.acmebroker.localhost", "/oidc/jwks")  # reads the database, and asks nobody else


def test_a_database_that_hangs_is_noticed_within_seconds(platform, valve):
    known = "/internal/tls/ask?domain=cards.acmebroker.localhost"
    _until(lambda: page(platform)[0].status_code == 200)
    _until(lambda: ask(platform, "localhost", known, platform.port + 2)[0].status_code == 200)
    with valve.shut(), ThreadPoolExecutor(AT_ONCE) as people:
        for answer, seconds in people.map(lambda _: page(platform), range(AT_ONCE)):
            assert answer.status_code == 503
            assert "Nothing was saved" in answer.text
            assert "Acme" in answer.text
            assert seconds < 15
        assert page(platform)[1] < 6  # nothing stale is left to wait at: only for a new connection, and no longer
        health, seconds = ask(platform, "localhost", "/healthz")
        assert (health.status_code, health.json()["database"]) == (503, "down")
        assert seconds < 6
        assert ask(platform, "localhost", known, platform.port + 2)[0].status_code == 200
    _until(lambda: page(platform)[0].status_code == 200)
    log = platform.log.read_text()
    assert "database_away" in log
    assert "error_page_broken" not in log


def _until(well, *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not well():
        assert time.monotonic() < end
        time.sleep(0.1)
