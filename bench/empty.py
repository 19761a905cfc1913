"""The yardsticks: a Django project with one empty view, on the same server with the same threads.

`bare` has no middleware at all; `project` has what `django-admin startproject` writes into a new project's settings;
`asking` has no middleware, and asks PostgreSQL for one number, through a pool, in each request.
"""

import sys
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from granian.constants import Interfaces
from granian.server import Server


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse("", headers={"Content-Length": "0"})


STARTPROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def asking(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing after one crossing to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("", headers={"Content-Length": "0"})


urlpatterns = [path("", asking if sys.argv[2] == "asking" else empty)]


def _database(sockets: str) -> dict[str, Any]:
    pool = {"min_size": 1, "max_size": 10}
    place = {"HOST": sockets, "USER": "imin_web", "NAME": "imin", "OPTIONS": {"pool": pool}}
    return {"ENGINE": "django.db.backends.postgresql", **place}


def application() -> WSGIHandler:
    """Return the yardstick as a WSGI application."""
    settings.configure(
        ROOT_URLCONF="bench.empty",
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=STARTPROJECT if sys.argv[2] == "project" else [],
        SECRET_KEY="none",
        DATABASES={"default": _database(sys.argv[3])} if sys.argv[2] == "asking" else {},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"] if sys.argv[2] == "project" else [],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    )
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
