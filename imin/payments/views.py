"""Where the payment service tells us that something changed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imin.ground import clock
from imin.ground.log import logger
from imin.payments import events, jobs
from imin.payments.gateways.base import BadSignatureError


@csrf_exempt  # a server calls, and proves itself by a signature
@require_POST
def stripe_events(request: HttpRequest) -> HttpResponse:
    """Store a signed event, wake the worker and say 204 at once; 400 for what is not signed by the payment service."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        something = events.receive(body=request.body, signature=signature, now=clock.now())
    except BadSignatureError:
        logger(__name__).warning("event_refused", size=len(request.body))
        return HttpResponse(status=400)
    if something:
        jobs.follow_soon()
    return HttpResponse(status=204)
