"""Logs: one line an event, structured, with the request's id, and never a card number, key or token."""

import logging
import re
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any
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


def scrub(text: str) -> str:
    """Return `text` without card numbers, keys, client secrets, tokens and codes."""
    return card_numbers.mask(_SECRET.sub("[secret removed]", text))


def configure() -> None:
    """Send every log line, ours and the libraries', through `scrub` to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.LOG_FORMAT == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _scrub_values,
                last,
                _scrub_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
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


def _scrub_values(_logger: Any, _name: str, event: Any) -> Any:
    """Scrub each text before it is written down, when blanks and letters of other scripts become escapes."""
    return {name: scrub(value) if isinstance(value, str) else value for name, value in event.items()}


def _scrub_line(_logger: Any, _name: str, line: Any) -> str:
    """Scrub what stood inside lists and objects too."""
    return scrub(str(line))
