"""The smallest product that signs its Customers in: URLs of a Broker's host for the tests of this room."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from imin.brokers.acting import acting, at_once
from imin.customers.models import Customer
from imin.customers.recognise import RECOGNISE
from imin.ground import clock
from imin.identity import sessions
from imin.identity.start import begin, must_ask_again
from imin.identity.urls import routes


def edit(request: HttpRequest, card: int = 0) -> HttpResponse:
    now = clock.now()
    key = request.COOKIES.get(sessions.COOKIE, "")
    (rows,) = at_once(request.tenant.broker_id, sessions.finding(tenant=request.tenant, key=key, now=now))
    session = sessions.found(rows)
    if not session or must_ask_again(request, session, now=now):
        return begin(request, return_path=request.get_full_path())
    with acting(request.tenant.broker_id, session.customer_id):
        customer = Customer.objects.get()
    return JsonResponse({"customer": str(customer.id), "name": customer.name, "path": request.get_full_path()})


urlpatterns = [
    path("edit", edit),
    path("edit/<int:card>", edit),
    path("oidc/", include((routes(recognise=RECOGNISE, home="/edit"), "oidc"))),
]
