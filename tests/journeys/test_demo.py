"""`imin demo` itself: says what is in its way, and leaves nothing behind."""

import os
import socket
import subprocess
import sys

import httpx2
import pytest

from tests.journeys.stack import demo
from tests.journeys.visitor import Visitor


def second(stack, **changes):
    return subprocess.run(
        [sys.executable, "-m", "imin.cli", "demo"],
        env={**stack.environment, **changes},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_second_demo_says_that_the_first_one_runs(stack):
    done = second(stack)
    assert done.returncode == 1
    assert "runs already" in done.stderr
    assert str(stack.port) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(stack, tmp_path):
    done = second(stack, IMIN_DATA=str(tmp_path))
    assert done.returncode == 1
    assert f"Port {stack.port} is taken" in done.stderr
    assert "PORT=" in done.stderr


def test_all_addresses_that_are_printed_answer(stack):
    printed = "\n".join(stack.lines)
    for host in (
        "acmebroker.localhost",
        "cards.acmebroker.localhost",
        "harbour.localhost",
        "console.localhost",
        "pay.localhost",
    ):
        port = stack.port if host.startswith(("cards", "console")) else stack.sandbox_port
        assert f"http://{host}:{port}/" in printed
        answer = httpx2.get(f"http://127.0.0.1:{port}/", headers={"Host": f"{host}:{port}"})
        assert answer.status_code in {200, 302}
    health = httpx2.get(f"http://127.0.0.1:{stack.port}/healthz", headers={"Host": "whoever.example"})
    assert health.json() == {"database": "up", "queue": "up", "payments": "up"}


def test_the_one_time_password_opens_the_console_and_must_be_replaced(stack, chromium):
    page = chromium.new_context().new_page()
    page.goto(stack.console())
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill(stack.operator_password())
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("input[type=password]").count() >= 2  # the own password, twice
    page.context.close()


@pytest.mark.timeout(600)
def test_the_cards_outlive_a_restart_and_nothing_runs_on_after_a_stop(tmp_path):
    with demo(tmp_path / "data", first=True) as first:
        visitor = Visitor(first)
        visitor.sign_in_at_broker()
        assert "4242" in visitor.add_card().text
    for port in (first.port, first.sandbox_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert not (first.data / "demo.env").exists()
    with demo(tmp_path / "data", keep=True) as again:
        visitor = Visitor(again)
        visitor.sign_in_at_broker()
        page, _ = visitor.go(again.cards())
        assert "4242" in page.text
        assert again.imin("check", "cards").returncode == 0


@pytest.mark.parametrize("port", ["abc", "99999", "0", "-1"])
def test_what_is_no_port_is_named(port):
    done = subprocess.run(
        [sys.executable, "-m", "imin.cli", "demo"],
        env={**os.environ, "IMIN_PORT": port},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "from 1 to 65533" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_payment_service_that_does_not_answer_is_no_difference(stack):
    visitor = Visitor(stack)
    visitor.sign_in_at_broker()
    visitor.add_card()
    stack.control("faults", kind="refuse", status=503, host="api")
    done = stack.imin("check", "cards")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "payment service" in done.stderr
