"""Nobody is taken for a card thief because of what their browser, or the machines on the way, send by themselves."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imin.ground import card_numbers
from tests.security.call import page
from tests.security.world import World

octet = st.integers(0, 255)
moment = st.integers(1_500_000_000, 1_999_999_999)
small = st.integers(0, 99)


@given(st.builds("{}.{}.{}.{}".format, octet, octet, octet, octet))
def test_network_addresses_are_no_card_numbers(address):
    assert not card_numbers.contains(f"{address}, {address}")


@given(st.builds("GA1.2.{}.{}".format, st.integers(1, 2**31), moment))
def test_analytics_identifiers_are_no_card_numbers(visitor):
    assert not card_numbers.contains(visitor)


@given(st.builds("GS1.1.{}.{}.1.{}.{}.0.0".format, moment, small, moment, small))
def test_analytics_sessions_are_no_card_numbers(session):
    assert not card_numbers.contains(session)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": "212.123.134.109, 203.0.113.7"},  # its digits pass the check digit's test
        {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.6099.109 Safari/537.36"},
        {"HTTP_COOKIE": "_ga=GA1.2.553417824.1700000002; _ga_X=GS1.1.1700000000.5.1.1700000113.60.0.0"},
        {"HTTP_TRACEPARENT": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"HTTP_X_REQUEST_ID": "42424242-4242-4242-8242-424242424242"},
    ],
)
def test_ordinary_headers_are_let_through(standing: World, headers: dict[str, str]):
    assert page(standing.mine.host, "/oidc/signed-out", {}).saying(**headers).send().status_code == 200


@pytest.mark.parametrize("piece", ["3 ", "33 ", "3", "3.", "- "])
def test_looking_takes_linear_time(piece: str):
    """Strangers send the text: twice as long a text may not take four times as long."""
    shortest = [min(_seconds(piece * (size // len(piece))) for _ in range(3)) for size in (8_000, 64_000)]
    assert shortest[1] < 24 * shortest[0] + 0.05


def _seconds(text: str) -> float:
    started = time.perf_counter()
    card_numbers.contains(text)
    return time.perf_counter() - started
