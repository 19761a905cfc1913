"""The pages for what went wrong; none needs the database."""

from collections.abc import Iterable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from imin.brokers.page import render
from imin.ground.errors import IminError, RetryLaterError

_Answer = TypeVar("_Answer", bound=HttpResponse)


def problem(  # noqa: PLR0913 a page's words
    request: HttpRequest,
    *,
    title: str,
    message: str,
    status: int,
    onward: str = "/edit",
    onward_label: str = "",
    signed_in_as: str | None = None,
) -> HttpResponse:
    """Answer with a page that says what happened and leads on, mostly back to the list."""
    values = {"title": title, "message": message, "onward": onward}
    if signed_in_as is not None:
        values["signed_in_as"] = signed_in_as
    return render(
        request, "problem.html", status=status, onward_label=onward_label or _("Go to my payment cards"), **values
    )


def told(request: HttpRequest, error: IminError, *, signed_in_as: str | None = None) -> HttpResponse:
    """Answer with what a verb's error tells the person."""
    if wants_json(request):
        return refusal(error)
    title = _("Please try again in a minute") if isinstance(error, RetryLaterError) else _("That did not work")
    if error.status == 429:
        title = _("Please try again later")
    response = problem(request, title=title, message=str(error.message), status=error.status, signed_in_as=signed_in_as)
    return _later(response, error)


def refusal(error: IminError, **more: str) -> JsonResponse:
    """Answer a script of ours with what a verb's error tells the person."""
    return _later(_json(error.status, type=error.type, message=str(error.message), **more), error)


def wants_json(request: HttpRequest) -> bool:
    """Say whether a script of ours asks, not a form."""
    return request.content_type == "application/json"


def signed_out(request: HttpRequest) -> HttpResponse:
    """Answer for a form whose session has ended."""
    message = _("You were signed out in the meantime. Nothing was saved.")
    if wants_json(request):
        return _json(401, type="SignedOutError", message=message)
    return problem(
        request, title=_("You were signed out"), message=message, status=401, onward_label=_("Sign in again")
    )


def method(request: HttpRequest, *, allowed: Iterable[str]) -> HttpResponse:
    """Answer for an address that does not answer to this method."""
    message = _("Nothing was changed. Please use the buttons on the page of your cards.")
    response = problem(request, title=_("This address is not a page"), message=message, status=405)
    response["Allow"] = ", ".join(allowed)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that a Broker's host does not know."""
    del exception
    message = _("There is no page at this address. Perhaps the card was removed, or the address was cut off.")
    return problem(request, title=_("We could not find that page"), message=message, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a request that cannot be read."""
    del exception
    message = _("Your browser sent something that we could not read. Nothing was saved.")
    return problem(request, title=_("We did not understand that"), message=message, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what nobody may do."""
    del exception
    message = _("This is not possible from here. Nothing was saved.")
    return problem(request, title=_("We did not accept that"), message=message, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours; the log has it under the page's reference."""
    message = _(
        "Something went wrong on our side. If you were saving something, please check whether it was saved before "
        "you try again."
    )
    return problem(request, title=_("Sorry, that did not work"), message=message, status=500)


def _later(response: _Answer, error: IminError) -> _Answer:
    """Say when trying again may help, where the error knows."""
    if error.retry_after_seconds is not None:
        response["Retry-After"] = str(error.retry_after_seconds)
    return response


def _json(status: int, **said: str) -> JsonResponse:
    return JsonResponse(said, status=status, headers={"Cache-Control": "no-store"})
