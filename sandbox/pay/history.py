"""Events, as endpoints: what happened in an account, newest first."""

import re
from typing import Any

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import invalid
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.store import Record

_MOST_TYPES = 20


def retrieve(call: Call) -> Record:
    """Return the event."""
    return call.work.find("event", call.id)


def index(call: Call) -> Record:
    """List events by type (`*` stands for anything), by several types, or by whether they were delivered."""
    params = call.params
    found = [event for event in call.work.every("event") if _wanted(event, params)]
    return page(found, params, "/v1/events")


def _wanted(event: Record, params: dict[str, Any]) -> bool:
    types = params.get("types")
    if types is not None:
        if len(types) > _MOST_TYPES or "type" in params:
            raise invalid(f"Name at most {_MOST_TYPES} types, and no type beside them.", param="types")
        if event["type"] not in types:
            return False
    if "type" in params and not _matches(event["type"], params["type"]):
        return False
    if "delivery_success" in params:
        return bool((event["pending_webhooks"] == 0) == params["delivery_success"])
    return True


def _matches(kind: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), kind) is not None


ENDPOINTS = (
    endpoint(
        "GET /v1/events",
        "list:event",
        index,
        "type",
        "types[]",
        "delivery_success:bool",
        *PAGING,
        *CREATED,
    ),
    endpoint("GET /v1/events/<id>", "event", retrieve),
)
