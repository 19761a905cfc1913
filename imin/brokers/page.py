"""Rendering a page in a Broker's looks, with what every page needs."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.backends.utils import csrf_input
from django.utils import translation

from imin.ground.templating import page_in


def render(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """Answer with `template` (Jinja2, extends `page.html`) and `values`; never cached, never stored.

    `tenant` is None on a host that belongs to no Broker.
    """
    language = translation.get_language() or "en-gb"
    tenant = getattr(request, "tenant", None)
    context = {
        "tenant": tenant,
        "texts": _texts(tenant.look.texts if tenant else {}, language),
        "language": language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "nonce": request.csp_nonce,  # type: ignore[attr-defined]
        "csrf_input": partial(csrf_input, request),
        "reference": request.request_id,  # type: ignore[attr-defined]
        **values,
    }
    response = HttpResponse(page_in(language, template).render(context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _texts(texts: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    return texts.get(language) or texts.get(language.split("-", maxsplit=1)[0]) or texts.get("en") or {}
