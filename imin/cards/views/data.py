"""“Your data”: a copy of all of it, and deleting everything."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from imin.cards.data_paper import paper
from imin.cards.door import Visit, for_customer
from imin.cards.step_up import sure_who
from imin.cards.views.history import attached
from imin.identity import sessions
from imin.rights.ask import ask_to_erase
from imin.rights.copy import everything
from imin.rights.kept import kept


@for_customer("GET")
def data(visit: Visit) -> HttpResponse:
    """Say what there is, and lead to the copy and to deletion."""
    return visit.render("data.html")


@for_customer("GET")
def as_json(visit: Visit) -> HttpResponse:
    """Give everything that we hold, for programs."""
    whole = everything(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, now=visit.now)
    answer = JsonResponse(
        {"broker": visit.tenant.name, **whole}, json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    return attached(answer, "my-data.json")


@for_customer("GET")
def as_pdf(visit: Visit) -> HttpResponse:
    """Give everything that we hold, to be read and printed."""
    whole = everything(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, now=visit.now)
    return attached(HttpResponse(paper(visit, whole), content_type="application/pdf"), "my-data.pdf")


@for_customer("GET", "POST")
@sure_who
def erase(visit: Visit) -> HttpResponse:
    """Ask first, with the list of what must be kept; then delete everything and end the session."""
    if visit.request.method == "GET":
        return _question(visit)
    if "sure" not in visit.request.POST:
        return _question(visit, problem=_("Please tick the box if you are sure. Nothing was deleted."))
    ask_to_erase(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, now=visit.now)
    response = visit.render_signed_out("erased.html", kept=kept())
    sessions.clear_cookie(response)
    return response


def _question(visit: Visit, *, problem: str = "") -> HttpResponse:
    return visit.render(
        "erase.html",
        here=visit.request.path,
        status=422 if problem else 200,
        problem=problem,
        cards=len(visit.wallet.cards),
        removed=len(visit.wallet.removed),
        kept=kept(),
    )
