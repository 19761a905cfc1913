from collections.abc import Iterator

import pytest
import stripe

from tests.payments.bench import bench
from tests.payments.shop import Shop, shop_for
from tests.sandbox.pay import service

__all__ = ["bench"]


@pytest.fixture
def pay(tmp_path, settings, monkeypatch) -> Iterator[service.Running]:
    """A payment service on loopback, and the platform set to use it."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.1)  # the SDK's pause before it tries again
    with service.serve(tmp_path) as running:
        keys = running.world.payments
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_SECRET_KEY = keys.secret_key
        settings.STRIPE_PUBLISHABLE_KEY = keys.publishable_key
        settings.STRIPE_WEBHOOK_SECRETS = [keys.webhook_secret]
        settings.STRIPE_TIMEOUT_SECONDS = 5
        yield running


@pytest.fixture
def shop(pay, database) -> Shop:
    """A Broker and one of its Customers, with what they can do about cards."""
    return shop_for(pay)
