"""What stands between the sign-in form and the console: who has something left to do sees that page and no other."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from imin.console import second_factor
from imin.console.models import SecondFactor
from imin.console.operators import must_choose

Handler = Callable[[HttpRequest], HttpResponse]
_URLS = "imin.console.urls"
_OPEN = ("admin:login", "admin:logout", "admin:jsi18n")
_SESSION_KEY = "second_factor"
_LATER = "later"


def next_step(request: HttpRequest) -> str | None:
    """Return the name of the page that the operator must deal with first: each step stands before the next."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_staff):
        return "admin:login"
    factor = second_factor.confirmed(user)
    if factor and request.session.get(_SESSION_KEY) != _mark(factor):
        return "admin:second_factor"
    if must_choose(user):
        return "admin:password_change"
    if not factor and not _put_off(request):
        return "admin:second_factor_set_up"
    return None


def has_verified(request: HttpRequest) -> None:
    """Note in the session, under a new key, that its operator has shown the second factor that is in force now."""
    user: Any = request.user
    factor = second_factor.confirmed(user)
    if factor:
        request.session.cycle_key()
        request.session[_SESSION_KEY] = _mark(factor)


def put_off(request: HttpRequest) -> None:
    """Let the operator set the second factor up later; heeded in development only."""
    request.session[_SESSION_KEY] = _LATER


def gate(get_response: Handler) -> Handler:
    """Middleware: nothing of the console answers before every step is done, whatever page was asked for."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path in {_address(name) for name in _OPEN}:
            return get_response(request)
        step = next_step(request)
        if step == "admin:login":
            return redirect_to_login(request.get_full_path(), _address(step))
        if step is None or request.path == _address(step):
            return get_response(request)
        return redirect(_address(step))

    return answer


def _address(name: str) -> str:
    return reverse(name, urlconf=_URLS)


def _mark(factor: SecondFactor) -> str:
    """Return what a session holds that was verified by `factor`; another factor has another mark."""
    return factor.confirmed_at.isoformat() if factor.confirmed_at else ""


def _put_off(request: HttpRequest) -> bool:
    return bool(settings.SECOND_FACTOR_OPTIONAL and request.session.get(_SESSION_KEY) == _LATER)
