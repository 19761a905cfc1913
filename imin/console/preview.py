"""The console's preview of a Broker's looks: with the values in the form, before anything is saved.

The answer runs no script and fetches nothing: it says so in its policy, and stands in a frame without any rights.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from imin.brokers.forms import BrandingForm
from imin.brokers.front_door import Tenant, look_of
from imin.brokers.models import Branding, Domain
from imin.brokers.preview import NOBODY, SCHEMES, Draft, frozen
from imin.ground import clock

PREFIX = "branding-0"
WIDTHS = {"phone": 360, "desktop": 1040}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Answer with one page or mail in the looks that were sent: light and dark, on a phone and on a desk."""
    user: Any = request.user
    if not user.has_perm("brokers.change_broker"):
        raise PermissionDenied
    form = BrandingForm(request.POST, request.FILES, prefix=PREFIX, instance=_stored(request))
    frames = _frames(request, form) if form.is_valid() else []
    answer = render(request, "admin/looks_preview_frames.html", {"frames": frames, "form": form})
    answer["Content-Security-Policy"] = POLICY
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "no-store"
    return answer


def _stored(request: HttpRequest) -> Branding:
    """Return the looks as they are stored, for what the form leaves as it is: the logo."""
    try:
        broker_id = UUID(request.POST.get(f"{PREFIX}-broker", ""))
    except ValueError:
        return Branding()
    return Branding.objects.filter(broker_id=broker_id).first() or Branding()


def _frames(request: HttpRequest, form: BrandingForm) -> list[dict[str, Any]]:
    looks = form.draft()
    _label, path = settings.PREVIEWS.get(request.POST.get("preview-page", ""), settings.PREVIEWS["list"])
    language = request.POST.get("preview-language", "")
    if not translation.check_for_language(language) or language not in dict(settings.LANGUAGES):
        language = looks.default_language
    with translation.override(language):
        html = import_string(path)(Draft(_tenant(request, looks), looks), clock.now())
    return [
        {"scheme": scheme, "where": where, "width": width, "html": frozen(html, looks, scheme)}
        for where, width in WIDTHS.items()
        for scheme in SCHEMES
    ]


def _tenant(request: HttpRequest, looks: Branding) -> Tenant:
    return Tenant(
        broker_id=NOBODY,
        slug="preview",
        name=request.POST.get("name", "").strip() or "Name",
        host="cards.example.com",
        product=Domain.Product.CARDS,
        dashboard_url="https://example.com/",
        session_idle=timedelta(minutes=15),
        session_absolute=timedelta(hours=8),
        max_cards=10,
        look=look_of(looks, logo_version="preview" if looks.logo else ""),
    )
