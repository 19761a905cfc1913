import pytest

from imin.ground import rates
from imin.ground.rates import Counter, TooManyRequestsError, take


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counter(clock) -> Counter:
    return Counter(clock)


def allowed(counter: Counter, times: int, whose: str = "alex") -> int:
    return sum(not counter.wait("test", whose, per_second=2, burst=10) for _ in range(times))


def test_so_many_at_once_and_then_so_many_a_second(counter, clock):
    assert allowed(counter, 1000) == 10
    assert allowed(counter, 1000) == 0
    clock.now += 3
    assert allowed(counter, 1000) == 6
    clock.now += 3600
    assert allowed(counter, 1000) == 10


def test_the_wait_that_is_told_is_enough(counter, clock):
    allowed(counter, 10)
    wait = counter.wait("test", "alex", per_second=2, burst=10)
    assert 0 < wait <= 0.5
    clock.now += wait + 0.001
    assert allowed(counter, 2) == 1


def test_each_is_counted_alone(counter):
    allowed(counter, 1000)
    assert allowed(counter, 1000, whose="kim") == 10
    assert counter.wait("other", "alex", per_second=2, burst=10) == 0


def test_memory_is_bounded_and_who_asks_most_is_remembered(counter, clock, monkeypatch):
    monkeypatch.setattr(rates, "_MOST_REMEMBERED", 100)
    allowed(counter, 1000)
    for number in range(10_000):
        counter.wait("test", str(number), per_second=2, burst=10)
    assert len(counter._full_at) <= 101
    assert allowed(counter, 1) == 0


def test_processes_share_a_limit(settings):
    settings.WEB_PROCESSES = 4
    for _ in range(5):
        take("test", "alex", (1.0, 20))
    with pytest.raises(TooManyRequestsError) as refused:
        take("test", "alex", (1.0, 20))
    assert refused.value.retry_after_seconds == 4


@pytest.mark.parametrize(("whose", "rate", "on"), [("", (1.0, 1), True), ("x", (0.0, 0), True), ("x", (1.0, 1), False)])
def test_nobody_is_counted_who_need_not_be(settings, whose, rate, on):
    settings.RATE_LIMITS = on
    for _ in range(5):
        take("test", whose, rate)
