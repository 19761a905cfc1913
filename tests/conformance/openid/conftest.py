from collections.abc import Callable

import pytest

from imin.identity import published
from tests.brokers import build
from tests.conformance.openid.scene import SLUG, Scene
from tests.identity.browser import Browser
from tests.identity.conftest import log, server, set_up  # noqa: F401 the fixtures of these names
from tests.identity.provider import Provider, Server


@pytest.fixture
def make_broker(database, server: Server) -> Callable[[str], Provider]:  # noqa: F811 the fixture of that name
    """Store a Broker with our own card pages, whose provider is a new one of `server`."""
    published.forget()

    def make(slug: str) -> Provider:
        build.broker(slug)
        provider = server.provider(slug)
        set_up(slug, issuer=provider.issuer)
        return provider

    return make


@pytest.fixture
def scene(make_broker, server, log, settings) -> Scene:  # noqa: F811 the fixtures of these names
    return Scene(server, make_broker(SLUG), Browser(SLUG), log, settings, make_broker)
