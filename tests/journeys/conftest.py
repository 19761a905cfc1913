"""One running demo for all journeys, and a browser to walk through it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parallel
from tests.journeys.chromium import ARGUMENTS, CHROMIUM
from tests.journeys.person import Person
from tests.journeys.stack import Stack, demo

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with demo(ROOT / ".cache" / f"journeys{parallel.worker()}") as running:
        yield running


@pytest.fixture(scope="package")
def chromium():
    """Return a running Chromium, or skip with the reason."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: run `make test` as root on Debian, or install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


WAYS = {"phone": (360, False), "keyboard": (1280, True)}  # by touch where it is narrow, by keyboard where it is wide


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def person(stack, chromium, request) -> Iterator[Person]:
    """Return somebody whose browser has never been here: with a phone, or at a desk by keyboard alone."""
    width, keyboard = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield Person(context.new_page(), stack, keyboard)
    context.close()


@pytest.fixture
def another(stack, chromium) -> Iterator[Person]:
    """Return a second somebody with a browser of their own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield Person(context.new_page(), stack)
    context.close()


@pytest.fixture(autouse=True)
def _nobody_has_cards(request) -> None:
    """Begin each journey with people who have no cards and a sandbox in good health."""
    if "stack" not in request.fixturenames:
        return
    running: Stack = request.getfixturevalue("stack")
    running.control("reset")
    with running.database() as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # past what keeps the history whole
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE tablename <> 'payments_paymentaccount' "
            "AND tablename LIKE ANY (ARRAY['payments%', 'mail%', 'identity%', 'outbox'])"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE customers_customer SET reminders_stopped_at = NULL, bounced_email = ''")
