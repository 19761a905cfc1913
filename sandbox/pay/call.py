"""An endpoint as it is declared, and a call as it arrives there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.pay.errors import ApiError, missing
from sandbox.pay.forms import Shape, shape
from sandbox.pay.store import Record
from sandbox.pay.work import Work


@dataclass(frozen=True)
class Call:
    """One call to carry out: checked parameters, the ids in its path, and who calls."""

    work: Work
    params: dict[str, Any]
    path: dict[str, str]
    publishable: bool = False

    @property
    def id(self) -> str:
        """Return the id in the path."""
        return self.path["id"]


@dataclass(frozen=True)
class Endpoint:
    """A method and path, the parameters allowed there and the kind of object that is answered."""

    method: str
    path: str
    answers: str
    handle: Callable[[Call], Record]
    parameters: Shape
    publishable: bool = False


def endpoint(
    route: str, answers: str, handle: Callable[[Call], Record], *names: str, publishable: bool = False
) -> Endpoint:
    """Return an endpoint for a route such as `GET /v1/customers/<id>`; `expand[]` is allowed everywhere."""
    method, path = route.split()
    return Endpoint(method, path, answers, handle, shape(*names, "expand[]"), publishable)


def for_browser(call: Call, intent: Record) -> Record:
    """Return `intent`; a publishable key must also know its client secret, otherwise raise a 400."""
    if call.publishable:
        given = call.params.get("client_secret")
        if given is None:
            raise missing("client_secret")
        if given != intent["client_secret"]:
            message = "The client_secret does not belong to this object."
            raise ApiError(400, message, code="resource_missing", param="client_secret")
    return intent
