"""Where a mail server, or a service that sends for us, tells that a mail could not be delivered."""

from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imin.ground import clock
from imin.ground.database import as_owner
from imin.ground.log import logger
from imin.mail.bounce import NoBounceError, bounce


@csrf_exempt  # a server calls, and proves itself by a secret of this installation
@require_POST
def bounces(request: HttpRequest) -> HttpResponse:
    """Record a notification (RFC 3464) and say 204, also when it tells of no mail of ours; 400 without the secret."""
    if not _is_known(request.headers.get("Authorization", "")):
        logger(__name__).warning("bounce_refused", size=len(request.body))
        return HttpResponse(status=400)
    with as_owner():
        try:
            bounce(notification=request.body, now=clock.now())
        except NoBounceError as nothing:
            logger(__name__).info("bounce_of_nothing", because=str(nothing))
    return HttpResponse(status=204)


def _is_known(authorization: str) -> bool:
    """Compare with every secret, so that the time tells nothing; without one nobody is known."""
    scheme, _, given = authorization.partition(" ")
    sent = given.strip().encode()
    found = [compare_digest(sent, secret.encode()) for secret in settings.MAIL_BOUNCES_SECRETS]
    return scheme.lower() == "bearer" and any(found)
