"""The real service, a shop that embeds it, and Chromium to visit them."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright
from werkzeug.serving import make_server

from sandbox.pay import app
from sandbox.world import World
from tests.journeys.chromium import ARGUMENTS, CHROMIUM
from tests.sandbox import world as small_world
from tests.sandbox.browser import shop

VERSION = "2026-10-28.endive"


@dataclass
class Service:
    """The payment service and the shop, both listening."""

    world: World
    shop_port: int

    def call(self, method: str, path: str, account: str = "", **params: str) -> Any:
        """Call the service as a server would, with the secret key; Python cannot look its names up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=10)
        query = urlencode(params)
        headers = {
            "Host": f"api.{self.world.pay_host}:{self.world.port}",
            "Authorization": f"Bearer {self.world.payments.secret_key}",
            "Stripe-Version": VERSION,
            **({"Stripe-Account": account} if account else {}),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            if method == "GET":
                connection.request(method, f"{path}?{query}", headers=headers)
            else:
                connection.request(method, path, query, headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def setup_intent(self, **params: str) -> dict[str, Any]:
        customer = self.call("POST", "/v1/customers", email="sam@example.com")
        return self.call("POST", "/v1/setup_intents", customer=customer["id"], **params)

    def payment_intent(self, **params: str) -> dict[str, Any]:
        return self.call("POST", "/v1/payment_intents", amount="1250", currency="gbp", **params)


@dataclass
class Shopper:
    """Somebody in front of the shop's page."""

    page: Page
    service: Service
    complaints: list[str] = field(default_factory=list)

    def open(self, scheme: str = "light", **config: Any) -> None:
        """Open the page with the form and wait until it can be used."""
        self.visit(scheme, **config)
        self.wait("heard.some(([type]) => type === 'ready')")

    def visit(self, scheme: str = "light", **config: Any) -> None:
        full = {
            "key": self.service.world.payments.publishable_key,
            "client": {},
            "group": {"mode": "setup"},
            "element": {"fields": {"billingDetails": {"address": {"country": "never"}}}},
            "call": "confirmSetup",
            **config,
        }
        self.page.goto(shop.address(self.service.shop_port, full, scheme))

    def open_setup(self, scheme: str = "light", **config: Any) -> dict[str, Any]:
        """Open the page for a new SetupIntent, which is returned."""
        intent = self.service.setup_intent()
        options = {
            "clientSecret": intent["client_secret"],
            "redirect": "if_required",
            "confirmParams": {"payment_method_data": {"billing_details": {"address": {"country": "GB"}}}},
        }
        self.open(scheme, options=options, **config)
        return intent

    @property
    def fields(self) -> Frame:
        return next(frame for frame in self.page.frames if "/fields" in frame.url)

    def fill(self, number: str, expiry: str = "12 / 40", cvc: str = "123") -> None:
        for label, value in (("Card number", number), ("Expiry date", expiry), ("Security code", cvc)):
            self.fields.get_by_label(label).press_sequentially(value)

    def save(self) -> None:
        self.page.get_by_role("button", name="Save card").click()

    def wait(self, expression: str) -> Any:
        """Wait until the expression is truthy in the shop's page, and return it.

        Playwright's own waiting needs `eval`, which the shop's policy forbids.
        """
        deadline = time.monotonic() + 8
        while not (found := self.page.evaluate(expression)):
            assert time.monotonic() < deadline, f"this never happened: {expression}"
            self.page.wait_for_timeout(30)
        return found

    def result(self) -> dict[str, Any]:
        """Wait for what the confirming call resolved with."""
        found: dict[str, Any] = self.wait("result")
        return found

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """Return the element's events of this type so far."""
        return [event for name, event in self.page.evaluate("heard") if name == kind]

    def run(self, expression: str) -> Any:
        """Evaluate in the shop's page; what it throws comes back as `Name: message`."""
        return self.page.evaluate(
            f"async () => {{ try {{ return await ({expression}) }}"
            " catch (error) { return `${error.name}: ${error.message}` } }"
        )


@contextmanager
def serving(flask_app: Any, port: int) -> Iterator[int]:
    """Serve the app on this machine until the end of the block."""
    server = make_server("127.0.0.1", port, flask_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    world = small_world.world(free_port())
    data: Path = tmp_path_factory.mktemp("pay")
    shop_app: Flask = shop.create(world)
    with serving(app.create(world, data), world.port), serving(shop_app, 0) as shop_port:
        yield Service(world, shop_port)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: the payment form is not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(8_000)
    yield context
    context.close()


@pytest.fixture
def shopper(context: BrowserContext, service: Service) -> Iterator[Shopper]:
    """Somebody with a fresh browser, in whose console nothing may complain at the end."""
    page = context.new_page()
    visitor = Shopper(page, service)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and visitor.complaints.append(said.text))
    yield visitor
    refused_calls = [text for text in visitor.complaints if "the server responded with a status of" in text]
    assert [text for text in visitor.complaints if text not in refused_calls] == []
