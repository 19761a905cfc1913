import pytest

from imin.brokers.models import OpenIdSettings
from imin.ground.database import as_owner
from imin.identity import published
from tests.brokers import build
from tests.cards.person import Person, person
from tests.identity.provider import Server
from tests.payments.conftest import pay, shop  # noqa: F401 the payment service and a Customer who uses it
from tests.payments.shop import Shop


@pytest.fixture
def alex(database) -> Person:
    """A person who is signed in at Acme."""
    build.broker("acmebroker", name="Acme")
    return person()


@pytest.fixture
def sam(shop: Shop) -> Person:  # noqa: F811 the fixture of that name
    """The Customer of `shop`, signed in."""
    return Person(shop.tenant, shop.customer_id).sign_in()


@pytest.fixture
def provider(alex):
    """Return a running OpenID Provider that Acme signs people in with."""
    server = Server()
    published.forget()
    found = server.provider("acmebroker")
    with as_owner():
        OpenIdSettings.objects.update(issuer=found.issuer)
    yield found
    server.stop()
