"""What happened to the cards: of one, of all, a page at a time; and the whole as a file."""

from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from imin.brokers.acting import acting
from imin.cards import failures
from imin.cards.door import Visit, for_customer
from imin.cards.history_words import told
from imin.payments import history_export, queries
from imin.payments.brands import spoken
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import Card

_PAGE = 30


@for_customer("GET")
def history(visit: Visit) -> HttpResponse:
    """Show what happened to all cards, the newest first."""
    return _page(visit, None)


@for_customer("GET")
def of_card(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Show what happened to one card, also to one that is gone."""
    with acting(visit.tenant.broker_id, visit.customer_id):
        card = queries.any_card(visit.customer_id, card_id)
    return _page(visit, card) if card else failures.not_found(visit.request)


@for_customer("GET")
def as_json(visit: Visit) -> HttpResponse:
    """Give the whole history with its chain."""
    whole = history_export.as_json(visit.customer_id, _whole(visit))
    return attached(JsonResponse(whole, json_dumps_params={"ensure_ascii": False, "indent": 2}), "card-history.json")


@for_customer("GET")
def as_csv(visit: Visit) -> HttpResponse:
    """Give the whole history for a spreadsheet."""
    text = history_export.as_csv(_whole(visit))
    return attached(HttpResponse(text, content_type="text/csv; charset=utf-8"), "card-history.csv")


def attached(response: HttpResponse, name: str) -> HttpResponse:
    """Have the browser keep `response` as a file, and nobody else."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _page(visit: Visit, card: Card | None) -> HttpResponse:
    with acting(visit.tenant.broker_id, visit.customer_id):
        found = queries.history_of(visit.customer_id, card=card, before=_before(visit), most=_PAGE + 1)
    shown = found[:_PAGE]
    name = spoken(card.brand, card.last4) if card else ""
    return visit.render(
        "history.html",
        title=_("History of %(card)s") % {"card": name} if card else _("History of your cards"),
        card_id=str(card.id) if card else "",
        entries=[told(entry, broker_name=visit.tenant.name) for entry in shown],
        older=shown[-1].number if len(found) > _PAGE else None,
        first_page="before" not in visit.request.GET,
    )


def _before(visit: Visit) -> int | None:
    """Return the number that the page ends before; raises `SuspiciousOperation` for what no page of ours links to."""
    given = visit.request.GET.get("before", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise SuspiciousOperation("The page of the history has no such beginning.")
    return int(given)


def _whole(visit: Visit) -> list[HistoryEntry]:
    with acting(visit.tenant.broker_id, visit.customer_id):
        return list(reversed(queries.history_of(visit.customer_id)))
