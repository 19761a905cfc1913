"""One running demo for all journeys, and a browser to walk through it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stack import Stack, demo

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with demo(ROOT / ".cache" / "journeys") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium, or skip with the reason."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: run `make test` as root on Debian, or install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def page(chromium, request):
    """Return a page of a browser that has never been here, once at desktop width and once as a phone."""
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
