"""The console's page on which an operator lets a Broker be examined."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from imin.brokers.front_door import forget
from imin.brokers.models import Broker
from imin.console.doctor import examine_broker
from imin.ground import clock

Context = Callable[[HttpRequest], dict[str, Any]]


def check_broker(request: HttpRequest, broker_id: UUID, context: Context) -> HttpResponse:
    """Offer the examination; on POST, take it and show what was found.

    It sends requests to the world and may mend a domain's state, so merely opening the page does nothing.
    """
    user: Any = request.user
    if not user.has_perm("brokers.change_broker"):
        raise PermissionDenied
    broker = get_object_or_404(Broker, pk=broker_id)
    values: dict[str, Any] = {"title": f"Check {broker.name}", "broker": broker, "opts": Broker._meta}  # noqa: SLF001
    if request.method == "POST":
        values["report"] = examine_broker(broker, now=clock.now())
        forget()
    return TemplateResponse(request, "admin/check_broker.html", {**context(request), **values})
