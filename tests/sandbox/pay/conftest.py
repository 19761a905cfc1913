import threading
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest
import stripe

from tests.sandbox.pay.receiver import Receiver
from tests.sandbox.pay.service import Running, serve


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.shutdown()
    thread.join()
    receiver.server_close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Running]:
    with serve(tmp_path_factory.mktemp("pay"), webhook_url=receiver.url) as running:
        yield running


@pytest.fixture
def pay(running: Running, receiver: Receiver, request: pytest.FixtureRequest) -> Running:
    """Return a service in which nothing has happened yet."""
    running.control("reset")
    receiver.forget()
    if "receiver" not in signature(request.function).parameters:
        running.service.state.courier.switches.drop = 1_000_000  # nobody looks, so nothing is sent
    return running


@pytest.fixture
def client(pay: Running) -> stripe.StripeClient:
    return pay.client()


@pytest.fixture
def customer(client: stripe.StripeClient) -> stripe.Customer:
    return client.v1.customers.create({"name": "Sam Okafor", "email": "sam@example.com"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pay"
