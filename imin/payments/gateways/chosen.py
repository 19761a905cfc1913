"""Which payment service the platform works with."""

from imin.payments.gateways.base import PaymentGateway
from imin.payments.gateways.stripe import Stripe


def gateway() -> PaymentGateway:
    """Return the translator to the payment service that the settings name; there is one so far."""
    return Stripe()
