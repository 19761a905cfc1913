"""What the API refuses, and with which status, type and code."""

import re
from typing import Any

_LONG_NUMBER = re.compile(r"\d{12,}")


class ApiError(Exception):
    """An answer that is an error: `status`, the members of its `error` object and extra headers.

    `validation` marks a refusal of the parameters themselves; such an answer is not kept under an
    idempotency key, because nothing was begun.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        validation: bool = False,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.validation = validation
        self.headers = headers or {}
        self.error: dict[str, Any] = {"type": kind, "message": message}
        self.error.update({name: value for name, value in members.items() if value is not None})
        if "code" in self.error:
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.error['code'].replace('_', '-')}"


def refused(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    """Return a 400: the request cannot be carried out in this state."""
    return ApiError(400, message, code=code, param=param)


def invalid(message: str, *, code: str | None = None, param: str) -> ApiError:
    """Return a 400 for the parameter `param`, found before anything was begun."""
    return ApiError(400, message, code=code, param=param, validation=True)


def missing(param: str) -> ApiError:
    """Return a 400 for a required parameter that was not sent."""
    return invalid(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_object(name: str, object_id: str, *, param: str = "id") -> ApiError:
    """Return the answer for an id that this account does not have: 404 in the path, 400 in a parameter."""
    status = 404 if param == "id" else 400
    shown = _LONG_NUMBER.sub("…", object_id)  # a card number in the wrong place is not repeated
    return ApiError(status, f"No such {name}: '{shown}'", code="resource_missing", param=param)


def unexpected_state(intent: dict[str, Any], message: str) -> ApiError:
    """Return the 400 for a call that the intent's status does not allow; it carries the intent."""
    name: str = intent["object"]
    error = refused(message, code=f"{name}_unexpected_state")
    error.error[name] = intent
    return error
