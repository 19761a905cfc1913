"""Reminders by mail: stopped and begun again by the link in each mail, without a sign-in, and on the list of cards."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from imin.brokers import languages
from imin.brokers.front_door import Tenant
from imin.brokers.page import render
from imin.cards import failures
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.customers import reminders
from imin.ground import clock


@csrf_exempt  # the link itself is the proof; a mail program posts it without ever having seen a page (RFC 8058, 3.2)
def by_link(request: HttpRequest, *, token: str) -> HttpResponse:
    """Ask, as opening a link must change nothing; then stop the reminders, or let them begin again."""
    if request.method not in ("GET", "POST"):
        return failures.method(request, allowed=("GET", "POST"))
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    customer_id = reminders.whose(token)
    language = reminders.language_of(broker_id=tenant.broker_id, customer_id=customer_id) if customer_id else None
    if customer_id is None or language is None:
        return failures.problem(
            request,
            title=_("This link does not work any more"),
            message=_("Nothing was changed. You can switch reminders on and off on the page of your cards."),
            status=404,
        )
    languages.agree_with(request, language, languages.Said.CUSTOMER)
    if request.method == "GET":
        return render(request, "reminders.html", asked=True, stopped=False)
    wanted = request.POST.get("reminders") == "on"
    reminders.choose(broker_id=tenant.broker_id, customer_id=customer_id, wanted=wanted, now=clock.now())
    return render(request, "reminders.html", asked=False, stopped=not wanted)


@for_customer("POST")
def choose(visit: Visit) -> HttpResponse:
    """Stop the reminders, or let them begin again, as a signed-in Customer."""
    wanted = visit.request.POST.get("reminders") == "on"
    reminders.choose(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, wanted=wanted, now=visit.now)
    return visit.say(code(Notice.REMINDED if wanted else Notice.NOT_REMINDED))
