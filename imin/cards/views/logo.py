"""The Broker's logo, from our own host."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.brokers.models import Branding
from imin.cards import failures

_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """Answer with the logo; an address with its version may be kept for a year."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    with acting(tenant.broker_id):
        stored = Branding.objects.filter(broker_id=tenant.broker_id).values_list("logo", "logo_type").first()
    data, media_type = cast("tuple[bytes, str]", stored or (b"", ""))
    if not data or not media_type:
        return failures.not_found(request)
    current = request.GET.get("v") == tenant.look.logo_version
    response = HttpResponse(bytes(data), content_type=media_type)
    response["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable" if current else "public, max-age=60"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
