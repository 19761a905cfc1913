"""The page that a person sees when signing in stopped, and the line that the log gets."""

from django.http import HttpRequest, HttpResponse

from imin.brokers.front_door import Tenant
from imin.brokers.page import render
from imin.ground.errors import RetryLaterError
from imin.ground.log import logger
from imin.identity import paths
from imin.identity.errors import FailedSignInError, NotNavigatedError, NotSignedInError


def explain(
    request: HttpRequest, failure: FailedSignInError, *, return_path: str, login_hint: str = ""
) -> HttpResponse:
    """Answer with the page of `failure`; its way on leads to `return_path`, its cause goes to the log alone.

    Where the way on asks the provider again, it takes `login_hint` along.
    """
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    note(tenant, failure)
    needs_person = isinstance(failure, NotSignedInError)
    opens_tab = isinstance(failure, NotNavigatedError)
    response = render(
        request,
        "sign_in_needed.html" if needs_person else "sign_in_failed.html",
        status=failure.status,
        title=_said(failure.title, tenant),
        message=_said(failure.message, tenant),
        way_on=paths.start_path(return_path, again=True, login_hint=login_hint) if needs_person else return_path,
        opens_tab=opens_tab,
    )
    if isinstance(failure, RetryLaterError):
        response["Retry-After"] = str(failure.retry_after_seconds)
    return response


def note(tenant: Tenant, failure: FailedSignInError) -> None:
    """Write `failure` with its rule and cause into the log."""
    write = logger(__name__).info if isinstance(failure, NotSignedInError) else logger(__name__).warning
    write(
        "sign_in_stopped",
        broker=tenant.slug,
        error=failure.type,
        rule=failure.rule,
        paragraph=failure.paragraph,
        cause=str(failure),
    )


def _said(text: object, tenant: Tenant) -> str:
    return str(text) % {"broker": tenant.name}
