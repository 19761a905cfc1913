"""Sign-ins begun too often: each is a row, and a request to the Broker's provider."""

from django.conf import settings
from django.http import HttpRequest

from imin.brokers.front_door import Tenant
from imin.ground.client_address import network_of_sender
from imin.ground.rates import TooManyRequestsError, take
from imin.identity.errors import TooManySignInsError


def refuse_too_often(request: HttpRequest, tenant: Tenant) -> None:
    """Count a sign-in that begins, for its address and for its Broker; raises `TooManySignInsError`."""
    try:
        take("sign-in", network_of_sender(request), settings.RATE_SIGN_IN)
        take("sign-in at Broker", str(tenant.broker_id), settings.RATE_SIGN_IN_BROKER)
    except TooManyRequestsError as refusal:
        raise TooManySignInsError(str(refusal), refusal.retry_after_seconds) from None
