from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from imin import site
from imin.brokers.models import Broker, OpenIdSettings
from imin.ground.database import as_owner
from imin.identity import published
from tests.brokers import build
from tests.identity.browser import Browser
from tests.identity.provider import Provider, Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def log() -> Iterator[list[dict]]:
    """Every line that is logged during the test."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def make_broker(database, server, monkeypatch) -> Callable[[str], Provider]:
    """Store a Broker whose provider is a new one of `server`; both are told by the same short name."""
    published.forget()
    monkeypatch.setitem(site.URLS_OF_BROKER_PRODUCT, "cards", "tests.identity.site")

    def make(slug: str) -> Provider:
        build.broker(slug)
        provider = server.provider(slug)
        set_up(slug, issuer=provider.issuer)
        return provider

    return make


@pytest.fixture
def provider(make_broker) -> Provider:
    return make_broker("acmebroker")


@pytest.fixture
def browser(provider) -> Browser:
    return Browser()


def set_up(slug: str, **values: object) -> None:
    """Change the Broker's sign-in settings."""
    with as_owner():
        OpenIdSettings.objects.filter(broker__slug=slug).update(**values)


def broker_of(slug: str = "acmebroker") -> Broker:
    with as_owner():
        return Broker.objects.get(slug=slug)


def why(log: list[dict]) -> dict:
    """Return the one line that says why signing in stopped."""
    stopped = [line for line in log if line["event"] == "sign_in_stopped"]
    assert len(stopped) == 1, log
    return stopped[0]
