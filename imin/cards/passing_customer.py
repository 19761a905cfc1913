"""A Customer who exists for as long as it takes to look at a page that only a signed-in Customer sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

from imin.brokers.front_door import Tenant, tenant_of
from imin.brokers.models import OpenIdSettings
from imin.customers.models import Customer
from imin.identity import sessions
from imin.identity.models import Session


class NoSuchHostError(Exception):
    """No Broker has this host."""


def _strongest(tenant: Tenant) -> str:
    values = OpenIdSettings.objects.filter(broker_id=tenant.broker_id).values_list("step_up_acr_values", flat=True)
    return next(iter((values.first() or "").split()), "")


@contextmanager
def passing_customer(host: str, *, now: datetime) -> Iterator[str]:
    """Give the session of a new Customer of the Broker at `host`, who has no card; both are gone afterwards.

    As the owner. Raises `NoSuchHostError`.
    """
    tenant = tenant_of(host)
    if tenant is None:
        raise NoSuchHostError(host)
    subject = f"page-check-{uuid4()}"
    customer = Customer.objects.create(
        broker_id=tenant.broker_id, subject=subject, given_name="Page check", created_at=now
    )
    try:
        yield sessions.start(
            tenant=tenant,
            customer_id=customer.id,
            subject=subject,
            provider_session="",
            id_token="",
            now=now,
            auth_time=now,  # as late and as strong as the Broker may demand before a card is added
            acr=_strongest(tenant),
        )
    finally:
        Session.objects.filter(customer_id=customer.id).delete()
        customer.delete()
