"""The yardstick: a Django project with one empty view and no middleware, on the same server with the same threads."""

import sys

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from granian.constants import Interfaces
from granian.server import Server


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse("", headers={"Content-Length": "0"})


urlpatterns = [path("", empty)]


def application() -> WSGIHandler:
    """Return the yardstick as a WSGI application."""
    settings.configure(ROOT_URLCONF="bench.empty", ALLOWED_HOSTS=["*"], MIDDLEWARE=[], SECRET_KEY="none")
    return get_wsgi_application()


if __name__ == "__main__":
    Server(
        "bench.empty:application",
        factory=True,
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        websockets=False,
        log_enabled=False,
    ).serve()
