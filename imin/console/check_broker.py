"""The console's page on which an operator lets a Broker be examined."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from imin.brokers.models import Broker
from imin.console import examination, jobs
from imin.console.models import BrokerCheck
from imin.ground import clock

Context = Callable[[HttpRequest], dict[str, Any]]
_AGAIN_SECONDS = 3


def check_broker(request: HttpRequest, broker_id: UUID, context: Context) -> HttpResponse:
    """Offer the examination; on POST, have the worker take it. The page follows it as it goes on.

    It sends requests to the world and may mend a domain's state, so merely opening the page does nothing. While it is
    under way the page loads itself again, unless `?still` asks it not to (WCAG 2.2, 2.2.2).
    """
    user: Any = request.user
    if not user.has_perm("brokers.change_broker"):
        raise PermissionDenied
    broker = get_object_or_404(Broker, pk=broker_id)
    now = clock.now()
    if request.method == "POST":
        if examination.ask(broker=broker, now=now):
            jobs.check_broker.defer(broker_id=str(broker.pk))
        return HttpResponseRedirect(request.path, status=303)
    values: dict[str, Any] = {"title": f"Check {broker.name}", "broker": broker, "opts": Broker._meta}  # noqa: SLF001
    check = BrokerCheck.objects.select_related("broker").filter(broker=broker).first()
    going_on = False
    if check:
        stage = examination.stage(check, now=now)
        going_on = stage in {examination.Stage.WAITING, examination.Stage.UNDER_WAY}
        values |= {"check": check, "stage": stage, "going_on": going_on, "report": examination.report_of(check)}
    still = "still" in request.GET
    page = TemplateResponse(request, "admin/check_broker.html", {**context(request), **values, "still": still})
    if going_on and not still:
        page["Refresh"] = str(_AGAIN_SECONDS)
    return page
