"""What is answered while PostgreSQL is away (stopped, restarting, failing over): 503, and at once well after it."""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from imin.ground.database import drop_dead_connections
from imin.ground.log import logger

AWAY = (OperationalError, InterfaceError)


class Outage:
    """Middleware: answer with `settings.UNAVAILABLE_VIEW` when a view could not reach the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass; what breaks comes back through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a database that is away, and leave every other fault alone."""
        return unavailable(request, exception) if isinstance(exception, AWAY) else None


def unavailable(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Log that the database is away, and answer with the page that says so; the next request begins anew."""
    logger(__name__).warning("database_away", path=request.path, cause=" ".join(str(failure).split())[:200])
    drop_dead_connections()
    view = import_string(settings.UNAVAILABLE_VIEW)
    page: HttpResponse = view(request)
    return page
