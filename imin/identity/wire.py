"""Asking a provider over HTTP: failures in our words, and no secret over an open line."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from imin.ground import hosts, http
from imin.identity.errors import ProviderDownError, WrongAnswerError

_OPAQUE = re.compile(r"[\w.~+/=-]{20,}")  # longer than the words of an error: credentials, an assertion


def ask(
    method: str, url: str, *, headers: dict[str, str] | None = None, form: dict[str, str] | None = None
) -> http.Answer:
    """Send one request to a provider and return any answer below 500.

    Raises `ProviderDownError` when there is no answer, or one of 429 or 500 and above, and `WrongAnswerError` for
    an address that may not be asked.
    """
    demand_safe(url)
    content = urlencode(form).encode() if form is not None else None
    sent = {"Accept": "application/json", **(headers or {})}
    if content is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = http.request(method, url, headers=sent, content=content)
    except http.UnreachableError as failure:
        raise ProviderDownError(str(failure)) from failure
    except http.RefusedAddressError as failure:
        raise WrongAnswerError(str(failure)) from failure
    if answer.status >= 500 or answer.status == 429:
        raise ProviderDownError(f"{method} {url} answered {answer.status}.")
    return answer


def json_object(answer: http.Answer, *, of: str) -> dict[str, Any]:
    """Return the JSON object that `answer` holds; `of` names its origin in the error's cause."""
    try:
        content = json.loads(answer.body)
        demand_text(content)
    except (ValueError, RecursionError):
        raise WrongAnswerError(f"{of} answered {answer.status} with something that is not JSON.") from None
    if not isinstance(content, dict):
        raise WrongAnswerError(f"{of} answered {answer.status} with JSON that is not an object.")
    return content


def demand_text(content: Any) -> None:
    """Raise `ValueError` where JSON holds half a character (a lone surrogate, RFC 7493 2.1), which nothing can send."""
    json.dumps(content, ensure_ascii=False).encode()


def demand_json(answer: http.Answer, *, of: str) -> None:
    """Refuse an answer with tokens or claims that does not call itself JSON (RFC 6749 5.1, Core 5.3.2)."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongAnswerError(f"{of} answered with {kind!r}, not with application/json.")


def without_secrets(said: str, secrets: Iterable[str]) -> str:
    """Return what the provider said for the log, shortened, without what we sent, should it have repeated that."""
    for secret in filter(None, secrets):
        said = said.replace(secret, "[secret removed]")
    return _OPAQUE.sub("[removed]", said)[:400]


def demand_safe(url: str) -> None:
    """Refuse an address without TLS (OpenID Connect Core 16.17); in development `*.localhost` needs none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise WrongAnswerError(f"{url!r} is not an address.") from None
    local = hosts.on_this_machine(host)
    if (
        not url.isprintable()
        or " " in url
        or not host
        or parts.scheme not in ({"https", "http"} if local else {"https"})
    ):
        raise WrongAnswerError(f"{url!r} is not an https address.")
