"""The console's page about one Customer: what happened to their cards, what they agreed to, and the same as files.

Reading only. A file is written as the Customer gets it: by the walled-in role, which sees what they may see. That
somebody took one is noted in the audit log.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from imin.brokers.acting import acting
from imin.console import audit
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_web
from imin.payments import history_export, queries
from imin.payments.consents.evidence import ConsentEvidence
from imin.payments.history_check import examine
from imin.payments.history_entry import HistoryEntry
from imin.rights.copy import everything

Context = Callable[[HttpRequest], dict[str, Any]]
_NEEDED = ("customers.view_customer", "payments.view_historyentry", "payments.view_consentevidence")
_PAGE = 30


@require_safe
def record(request: HttpRequest, customer_id: UUID, context: Context) -> HttpResponse:
    """Show history and consents, a page of each at a time, and whether the history's chain is whole."""
    customer = _customer(request, customer_id)
    entries = HistoryEntry.objects.filter(customer=customer).select_related("card").order_by("-number")
    consents = ConsentEvidence.objects.filter(customer=customer).select_related("card").order_by("-given_at", "purpose")
    values = {
        **context(request),
        "title": f"Cards of {customer.identifier}",
        "customer": customer,
        "opts": Customer._meta,  # noqa: SLF001 what the admin's own templates go by
        "report": examine(customer_id=customer.id),
        "entries": _page_of(entries, request.GET.get("history")),
        "consents": Paginator(consents, _PAGE).get_page(request.GET.get("consents")),
    }
    page = TemplateResponse(request, "admin/customer_record.html", values)
    page["Cache-Control"] = "no-store"
    return page


@require_safe
def export(request: HttpRequest, customer_id: UUID, name: str) -> HttpResponse:
    """Give one of `EXPORTS` as a file."""
    customer = _customer(request, customer_id)
    with as_web():
        answer = EXPORTS[name](customer)
    audit.note(f"took {name} of a Customer", customer.identifier)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _page_of(entries: QuerySet[HistoryEntry], number: str | None) -> Page[HistoryEntry]:
    page = Paginator(entries, _PAGE).get_page(number)
    for entry in page:
        entry.what = entry.event.replace("_", " ").capitalize()  # type: ignore[attr-defined]  # for the template
    return page


def _customer(request: HttpRequest, customer_id: UUID) -> Customer:
    user: Any = request.user
    if not user.has_perms(_NEEDED):
        raise PermissionDenied
    return get_object_or_404(Customer.objects.select_related("broker"), pk=customer_id)


def _history(customer: Customer) -> list[HistoryEntry]:
    with acting(customer.broker_id, customer.id):
        return list(reversed(queries.history_of(customer.id)))


def _history_json(customer: Customer) -> HttpResponse:
    return _json(history_export.as_json(customer.id, _history(customer)))


def _history_csv(customer: Customer) -> HttpResponse:
    return HttpResponse(history_export.as_csv(_history(customer)), content_type="text/csv; charset=utf-8")


def _everything(customer: Customer) -> HttpResponse:
    whole = everything(broker_id=customer.broker_id, customer_id=customer.id, now=clock.now())
    return _json({"broker": customer.broker.name, **whole})


def _json(whole: dict[str, Any]) -> HttpResponse:
    return JsonResponse(whole, json_dumps_params={"ensure_ascii": False, "indent": 2})


EXPORTS: dict[str, Callable[[Customer], HttpResponse]] = {
    "card-history.json": _history_json,
    "card-history.csv": _history_csv,
    "my-data.json": _everything,
}
