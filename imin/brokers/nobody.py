"""The page of what belongs to no Broker: plain, and naming nobody."""

from django.http import HttpRequest, HttpResponse

from imin.brokers.page import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address, or a whole host, that we do not know."""
    del exception
    return render(request, "nobody.html", status=404)
