"""Short builders of Brokers for tests; each needs the `database` fixture."""

from imin.brokers.front_door import Tenant, tenant_of
from imin.brokers.models import Branding, Broker, Domain, OpenIdSettings
from imin.ground.database import as_owner


def broker(slug: str = "acmebroker", **values: object) -> Broker:
    """Store a Broker with a cards domain `cards.<slug>.localhost`, looks and sign-in settings."""
    with as_owner():
        made = Broker.objects.create(
            slug=slug,
            **{"name": slug.title(), "dashboard_url": f"http://{slug}.localhost/account", **values},
        )
        Domain.objects.create(broker=made, host=f"cards.{slug}.localhost")
        Branding.objects.create(broker=made)
        sign_in = OpenIdSettings(broker=made, issuer=f"http://{slug}.localhost", client_id=f"{slug}-client")
        sign_in.client_secret = "s3cret of " + slug
        sign_in.save()
    return made


def tenant(slug: str = "acmebroker") -> Tenant:
    """Return the tenant that the front door finds for the Broker's cards domain."""
    found = tenant_of(f"cards.{slug}.localhost")
    assert found
    return found
