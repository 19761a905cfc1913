"""Seeding the demo's Brokers; safe to repeat, and it changes nothing that an operator has changed since."""

from typing import Any

from imin.brokers.models import Branding, Broker, Domain, OpenIdSettings
from imin.demo.logo import logo
from imin.demo.world import HARBOUR, HARBOUR_ACCOUNT, sandbox_url
from imin.ground.database import as_owner
from imin.payments.models import PaymentAccount

_DARK = {"acmebroker": "#5fd0b8", "harbour": "#ffab8a"}


def seed(world: dict[str, Any]) -> None:
    """Store the Brokers of `world` that are not there yet; keep their addresses in step with the ports in use."""
    with as_owner():
        for broker in world["brokers"]:
            _seed_broker(broker, world["port"])


def _seed_broker(broker: dict[str, Any], sandbox_port: int) -> None:
    site = sandbox_url(broker["host"], sandbox_port)
    stored, new = Broker.objects.get_or_create(
        slug=broker["slug"], defaults={"name": broker["name"], "dashboard_url": f"{site}/account"}
    )
    if new:
        Domain.objects.create(broker=stored, host=f"cards.{broker['host']}")
        Branding.objects.create(
            broker=stored,
            primary=broker["primary_colour"],
            primary_dark=_DARK[broker["slug"]],
            logo=logo(broker["slug"], broker["primary_colour"]),
            logo_type="image/png",
        )
        if broker["slug"] == HARBOUR["slug"]:
            PaymentAccount.objects.create(broker=stored, reference=HARBOUR_ACCOUNT)
    Broker.objects.filter(id=stored.id).update(dashboard_url=f"{site}/account")
    sign_in = OpenIdSettings.objects.filter(broker=stored).first() or OpenIdSettings(broker=stored)
    sign_in.issuer = site
    sign_in.client_id = broker["client"]["client_id"]
    if sign_in.client_secret != broker["client"]["client_secret"]:  # else each start would be a change in the audit log
        sign_in.client_secret = broker["client"]["client_secret"]
    sign_in.save()
