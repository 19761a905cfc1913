import pytest

from tests.brokers import build
from tests.cards.person import Person, person
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
