"""Rendering a page in a Broker's looks, with what every page needs."""

from functools import partial
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from imin.brokers import languages, texts
from imin.brokers.front_door import Tenant
from imin.ground import card_numbers, csrf
from imin.ground.templating import page_in


def render(request: HttpRequest, template: str, *, status: int = 200, here: str = "", **values: Any) -> HttpResponse:
    """Answer with `template` (Jinja2, extends `page.html`) and `values`; never cached, never stored.

    `here` is where a page that answers a form is opened; `tenant` is None on a host that belongs to no Broker.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    tenant: Tenant | None = getattr(request, "tenant", None)
    context = {
        "tenant": tenant,
        "texts": texts.in_language(tenant.look.texts if tenant else {}, language),
        "language": languages.tag(language),
        "switch": _switch(request, tenant, here),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "nonce": request.csp_nonce,  # type: ignore[attr-defined]
        "csrf_input": partial(csrf.field, request),
        "reference": request.request_id,  # type: ignore[attr-defined]
        **values,
    }
    response = HttpResponse(page_in(language, template).render(context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _switch(request: HttpRequest, tenant: Tenant | None, here: str) -> list[dict[str, str]]:
    """Return the links to this page in each language, the one in force among them; none where there is no choice.

    What a form answered, and what the provider's answer led to, is not shown twice: from there to the page of the form,
    where it has one, else to the cards. So from an address with a card number, which no page repeats.
    """
    codes = languages.offered(tenant) if tenant else []
    if len(codes) < 2:
        return []
    once = request.method != "GET" or request.path.startswith("/oidc/callback") or card_numbers.contains(request.path)
    here = here or ("/edit" if once else request.path)
    names = dict(settings.LANGUAGES)
    return [
        {"code": code, "tag": languages.tag(code), "name": names[code], "href": f"{quote(here)}?language={code}"}
        for code in codes
    ]
