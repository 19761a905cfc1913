"""Logs: one line an event, structured, with the request's id, and never a card number, key or token."""

import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from contextlib import nullcontext
from functools import partial
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.handlers.wsgi import get_str_from_wsgi
from django.http import HttpRequest, HttpResponse

from imin.ground import card_numbers
from imin.ground.client_address import client_address

_SECRET = re.compile(
    r"\b(?:sk|rk|whsec)_[A-Za-z0-9_]{6,}|(?:seti|pi)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+"
    r"|(?<=[?&])(?:code|state|id_token_hint|logout_token|setup_intent_client_secret)=[^&\s\"']+"
)


_as_json = json.JSONEncoder(ensure_ascii=False, default=repr).encode
_SHORT = 10**11  # a card number has twelve digits at least
Event = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """Return `text` without card numbers, keys, client secrets, tokens and codes."""
    return card_numbers.mask(_SECRET.sub("[secret removed]", text))


class Lines(logging.StreamHandler[TextIO]):
    """Writes what happens to standard error, a line each: our own events, and the records of libraries."""

    def __init__(self, written: Callable[[Event], str], libraries: logging.Formatter) -> None:
        super().__init__(sys.stderr)
        self._written = written
        self.setFormatter(libraries)

    def tell(self, event: Event) -> None:
        """Write down an event of ours, straight: a record of `logging` costs more than the line."""
        line = self._written(event)
        with self.lock or nullcontext():
            self.stream.write(f"{line}\n")
            self.flush()


def _at(level: int) -> Callable[..., None]:
    def tell(_teller: object, /, **event: Any) -> None:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, Lines) and level >= handler.level:
                handler.tell(event)

    return tell


class _Teller:
    """What structlog wraps: tells each event to every place that lines go to."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    debug, info, warning = _at(logging.DEBUG), _at(logging.INFO), _at(logging.WARNING)
    error = exception = _at(logging.ERROR)
    critical = _at(logging.CRITICAL)


def configure(*, least: int = logging.INFO) -> None:
    """Send every log line of level `least` or above, ours and the libraries', through `scrub` to standard error."""
    first: list[Any] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
    last: list[Any] = [structlog.stdlib.add_logger_name, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[*first, *last, structlog.processors.format_exc_info],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_Teller,
        cache_logger_on_first_use=True,
    )
    in_words = structlog.dev.ConsoleRenderer(colors=False)
    written = _as_json if settings.LOG_FORMAT == "json" else partial(in_words, None, "")
    libraries = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*first, *last],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            lambda _logger, _name, event: _scrubbed(event, written),
        ],
    )
    root = logging.getLogger()
    root.handlers[:] = [Lines(lambda event: _scrubbed(event, written), libraries)]
    root.handlers[0].setLevel(least)
    root.setLevel(logging.INFO)
    for noisy in ("httpx2", "httpcore2", "stripe", "procrastinate", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    requests = logging.getLogger("django.request")
    requests.setLevel(logging.ERROR)  # what it warns of is in the access log
    requests.addFilter(_is_no_healthz)


def logger(name: str) -> Any:
    """Return the structured logger of module `name`; log with keyword values, never with formatted text."""
    return structlog.stdlib.get_logger(name)


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give each request an id (`request_id`, header `X-Request-Id`) and one line in the log."""
    log = logger("imin.access")

    def answer(request: HttpRequest) -> HttpResponse:
        request.request_id = uuid4().hex[:16]  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request=request.request_id):  # type: ignore[attr-defined]
            started = perf_counter()
            response = get_response(request)
            log.info(
                "request",
                client=client_address(request),
                method=request.method,
                host=get_str_from_wsgi(request.META, "HTTP_HOST", ""),
                path=request.path,
                status=response.status_code,
                ms=round((perf_counter() - started) * 1000, 1),
            )
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    return answer


def _is_no_healthz(record: logging.LogRecord) -> bool:
    """Say no to a 503 of `/healthz`, which is asked every few seconds and is in the access log too."""
    return bool(record.exc_info) or getattr(getattr(record, "request", None), "path", "") != "/healthz"


def _scrubbed(event: Event, written: Callable[[Event], str]) -> str:
    """Return the line of an event: each text scrubbed before blanks and letters of other scripts become escapes.

    The whole line is scrubbed too where something may stand inside a list, an object or a long number.
    """
    line = written({name: scrub(value) if isinstance(value, str) else value for name, value in event.items()})
    return line if all(map(_is_plain, event.values())) else scrub(line)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool) or value is None or (isinstance(value, int | float) and abs(value) < _SHORT)
