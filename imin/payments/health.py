"""Whether the payment service is there."""

from imin.payments.gateways.chosen import gateway


def ping() -> bool:
    """Say whether the payment service answers us with the key that we have."""
    return gateway().ping()
