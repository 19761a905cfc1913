import os
import subprocess
import sys
from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from imin.ground.client_address import client_address, network_of, network_of_sender

EDGE, OUTER, PERSON, LIAR = "10.0.0.1", "192.0.2.10", "203.0.113.7", "198.51.100.66"


def ask(peer, heard=None):
    headers = {} if heard is None else {"HTTP_X_FORWARDED_FOR": heard}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.fixture(autouse=True)
def _two_edges(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network(OUTER)]


@pytest.mark.parametrize(
    ("peer", "heard", "is_"),
    [
        (PERSON, None, PERSON),
        (PERSON, LIAR, PERSON),
        (PERSON, f"{LIAR}, {EDGE}", PERSON),
        (EDGE, PERSON, PERSON),
        (EDGE, f"{LIAR}, {PERSON}", PERSON),
        (EDGE, f"{LIAR}, {PERSON}, {OUTER}", PERSON),
        (EDGE, f"{LIAR},{PERSON},{OUTER}, {EDGE}", PERSON),
        (EDGE, f"not an address, {PERSON}", PERSON),
        (EDGE, f"{PERSON}, not an address, {OUTER}", OUTER),
        (EDGE, f"{PERSON}, ", EDGE),
        (EDGE, None, EDGE),
        (EDGE, "", EDGE),
        (EDGE, "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (f"::ffff:{EDGE}", f"::ffff:{PERSON}", PERSON),
        (EDGE, "2001:DB8::7", "2001:db8::7"),
        (EDGE, f"{PERSON}:4711", EDGE),
        ("", PERSON, ""),
    ],
)
def test_only_what_a_trusted_proxy_heard_is_believed(peer, heard, is_):
    assert ask(peer, heard) == is_


def test_without_the_setting_nobody_is_believed(settings):
    settings.TRUSTED_PROXIES = []
    assert ask(EDGE, PERSON) == EDGE


@pytest.mark.parametrize("value", ["everybody", "10.0.0.1/8", "127.0.0.1,10.0.0.1"])
def test_what_is_no_network_is_named_at_the_start(value):
    done = subprocess.run(
        [sys.executable, "-m", "imin.cli", "keys", "rotate"],
        env={**os.environ, "IMIN_TRUSTED_PROXIES": value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "IMIN_TRUSTED_PROXIES" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_person_cannot_change_the_network_that_they_are_counted_by(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("peer", "heard", "network"),
    [
        (PERSON, None, PERSON),
        (PERSON, LIAR, PERSON),
        (EDGE, PERSON, PERSON),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", PERSON, ""),
        ("192.168.7.7", PERSON, ""),
        ("fd00::7", PERSON, ""),
    ],
)
def test_who_comes_through_a_proxy_that_is_not_declared_is_nobody_in_particular(peer, heard, network):
    headers = {} if heard is None else {"HTTP_X_FORWARDED_FOR": heard}
    assert network_of_sender(RequestFactory().get("/", REMOTE_ADDR=peer, **headers)) == network
