from collections.abc import Iterator

import pytest

from tests.identity.provider import Server
from tests.sandbox.pay import service
from tests.security.declared import BOUNCES_SECRET
from tests.security.world import Services, World, build_world


@pytest.fixture(scope="session")
def services(tmp_path_factory) -> Iterator[Services]:
    """A payment service and OpenID Providers on loopback, for the whole run."""
    data = tmp_path_factory.mktemp("pay")
    with service.serve(data) as pay:
        providers = Server()
        yield Services(pay, data, providers)
        providers.stop()


@pytest.fixture(autouse=True)
def _known_to_the_platform(settings, services) -> None:
    keys = services.pay.world.payments
    settings.STRIPE_API_BASE = services.pay.url
    settings.STRIPE_SECRET_KEY = keys.secret_key
    settings.STRIPE_PUBLISHABLE_KEY = keys.publishable_key
    settings.STRIPE_WEBHOOK_SECRETS = [keys.webhook_secret]
    settings.MAIL_BOUNCES_SECRETS = [BOUNCES_SECRET]
    settings.STRIPE_TIMEOUT_SECONDS = 5


@pytest.fixture
def world(database, services) -> World:
    """A world that a test may change."""
    return build_world(services)


@pytest.fixture(scope="module")
def standing(_database_of_this_run, django_db_blocker, services) -> Iterator[World]:
    """A world that no test of the module changes: each of them sees to that."""
    from imin.brokers import front_door
    from tests.conftest import _empty

    with django_db_blocker.unblock():
        front_door.forget()
        yield build_world(services)
        _empty()
