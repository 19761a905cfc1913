"""A card and two bookings that need it, for one person of the demo; made through our verbs and the sandbox's API."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings

from imin.brokers.front_door import Tenant, tenant_of
from imin.cards.consent import keep as keep_text
from imin.customers.models import Customer
from imin.demo.world import ACME
from imin.ground import http
from imin.ground.database import as_owner
from imin.payments.add import Begun, begin, finish
from imin.payments.bookings.place import Needed, place
from imin.payments.consents.give import Consent
from imin.payments.expiry import end_of_day
from imin.payments.models import Card

PERSON: list[str] = list(ACME["people"][1])
"""`sub`, e-mail address and names of whoever has booked something already."""
BOOKED = [("Badminton, court 2", 24), ("Swimming for beginners", 45)]
"""What they have booked, and in how many days."""


def seed_cards(*, now: datetime) -> None:
    """Save the card and place the bookings, unless the person ever had a card; safe to repeat."""
    tenant = tenant_of(f"cards.{ACME['host']}")
    if tenant is None:  # an operator has changed the demo's Broker: it is theirs
        return
    with as_owner():
        customer = _customer(tenant, now)
        if Card.objects.filter(customer=customer).exists():
            return
        seen = Consent((keep_text(tenant),), now, "127.0.0.1", "the demo")
        begun = begin(tenant=tenant, customer_id=customer.id, attempt=uuid4(), consent=seen, now=now)
        _type_card(begun)
        finished = finish(broker_id=tenant.broker_id, customer_id=customer.id, setup_id=begun.setup_id, now=now)
        for title, days in BOOKED:
            day = (now + timedelta(days=days)).date()
            needed = Needed(f"demo {title}", title, day, end_of_day(day), tenant.dashboard_url)
            if finished.card:
                place(
                    broker_id=tenant.broker_id,
                    customer_id=customer.id,
                    card_id=finished.card.id,
                    needed=needed,
                    now=now,
                )


def _customer(tenant: Tenant, now: datetime) -> Customer:
    subject, email, given, family = PERSON
    names = {"email": email, "given_name": given, "family_name": family, "created_at": now}
    return Customer.objects.get_or_create(broker_id=tenant.broker_id, subject=subject, defaults=names)[0]


def _type_card(begun: Begun) -> None:
    """Confirm with one of Stripe's test cards, as the person's browser would."""
    setup, _, _ = begun.client_secret.partition("_secret_")
    form = {"client_secret": begun.client_secret, "payment_method": "pm_card_visa", "use_stripe_sdk": "true"}
    http.request(
        "POST",
        f"{settings.STRIPE_API_BASE}/v1/setup_intents/{setup}/confirm",
        headers={
            "Authorization": f"Bearer {settings.STRIPE_PUBLISHABLE_KEY}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        content=urlencode(form).encode(),
    )
