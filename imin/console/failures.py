"""What the console answers for what went wrong; no page of these needs the database."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from imin.brokers.page import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that the console does not know."""
    del exception
    return _problem(
        request,
        status=404,
        title=_("There is no such page"),
        message=_("Nothing is at this address. What you look for may have been deleted; the audit log would say so."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a request that cannot be read."""
    del exception
    return _problem(
        request,
        status=400,
        title=_("We did not understand that"),
        message=_("Your browser sent something that could not be read. Nothing was saved."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what this operator, or nobody, may do."""
    del exception
    return _problem(
        request,
        status=403,
        title=_("You may not do that"),
        message=_("Either nobody may, or another operator has to allow it to you. Nothing was saved."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours; the log has it under the page's reference."""
    return _problem(
        request,
        status=500,
        title=_("Sorry, that did not work"),
        message=_("Something is wrong in the program. Before you try again, look whether it was saved."),
    )


def _problem(request: HttpRequest, *, status: int, title: str, message: str) -> HttpResponse:
    return render(request, "operators.html", status=status, title=title, message=message)
