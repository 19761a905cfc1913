"""What only the console's pages need around them: Django's sessions, sign-in and messages."""

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from imin.console import urls
from imin.console.gate import gate

Handler = Callable[[HttpRequest], HttpResponse]


def operators(get_response: Handler) -> Handler:
    """Middleware: send requests for the console through Django's own, and all others past them."""
    console = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(gate(get_response))))

    def answer(request: HttpRequest) -> HttpResponse:
        if getattr(request, "urlconf", "") == urls.__name__:
            return console(request)  # type: ignore[return-value]
        return get_response(request)

    return answer
