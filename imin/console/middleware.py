"""What only the console's pages need around them: Django's sessions, sign-in and messages."""

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from imin.console import audit, urls
from imin.console.gate import gate
from imin.ground.client_address import client_address

Handler = Callable[[HttpRequest], HttpResponse]


def operators(get_response: Handler) -> Handler:
    """Middleware: send requests for the console through Django's own, and all others past them."""
    console = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(gate(recorded(get_response)))))

    def answer(request: HttpRequest) -> HttpResponse:
        if getattr(request, "urlconf", "") == urls.__name__:
            return console(request)  # type: ignore[return-value]
        return get_response(request)

    return answer


def recorded(get_response: Handler) -> Handler:
    """Middleware: let the audit log know which operator changes things, and from where."""

    def answer(request: HttpRequest) -> HttpResponse:
        who = request.user.get_username() or "somebody signing in"
        with audit.by(who=who, address=client_address(request)):
            return get_response(request)

    return answer
