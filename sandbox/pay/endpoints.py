"""Webhook endpoints: who wants to be told what."""

import re

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import invalid
from sandbox.pay.ids import fresh, letters
from sandbox.pay.listing import PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.version import API_VERSION

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::([0-9]{1,5}))?(?:/[!-~]*)?")
_PORTS = range(1, 65536)


def create(call: Call) -> Record:
    """Make an endpoint; this answer is the only one that has its secret."""
    params = call.params
    version = params.get("api_version") or API_VERSION
    if version != API_VERSION:
        raise invalid(f"This service speaks API version {API_VERSION} only.", param="api_version")
    record = blank(fresh("we"), _url(params["url"]), _events(params["enabled_events"]), call.work.now)
    record.update(
        api_version=params.get("api_version"),
        description=params.get("description"),
        metadata=merged({}, params),
        _scope="others" if params.get("connect") else "own",
        _secret="whsec_" + letters(32),
    )
    call.work.put(record)
    return {**record, "secret": record["_secret"]}


def retrieve(call: Call) -> Record:
    """Return the endpoint."""
    return call.work.find("webhook_endpoint", call.id)


def update(call: Call) -> Record:
    """Change what was sent; `disabled=true` stops deliveries."""
    record, params = call.work.find("webhook_endpoint", call.id), call.params
    if params.get("url"):
        record["url"] = _url(params["url"])
    if params.get("enabled_events"):
        record["enabled_events"] = _events(params["enabled_events"])
    if "description" in params:
        record["description"] = params["description"]
    if "disabled" in params:
        record["status"] = "disabled" if params["disabled"] else "enabled"
    record["metadata"] = merged(record["metadata"], params)
    return call.work.put(record)


def delete(call: Call) -> Record:
    """Delete the endpoint."""
    call.work.find("webhook_endpoint", call.id)
    call.work.remove("webhook_endpoint", call.id)
    return {"id": call.id, "object": "webhook_endpoint", "deleted": True}


def index(call: Call) -> Record:
    """List the endpoints."""
    return page(call.work.every("webhook_endpoint"), call.params, "/v1/webhook_endpoints")


def _url(sent: str) -> str:
    found = _ADDRESS.fullmatch(sent)
    if found is None or int(found[1] or 80) not in _PORTS:
        raise invalid("url is an http or https address.", code="url_invalid", param="url")
    return sent


def _events(sent: list[str] | None) -> list[str]:
    if not sent:
        raise invalid("Name at least one event, or *.", param="enabled_events")
    return sent


def blank(object_id: str, url: str, events: list[str], now: int) -> Record:
    """Return a new endpoint, which has no secret yet and hears of its own account only."""
    return {
        "id": object_id,
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        "_old_secrets": [],
        "_scope": "own",
        "_secret": "",
    }


_COMMON = ("description", "metadata[*]")
ENDPOINTS = (
    endpoint(
        "POST /v1/webhook_endpoints",
        "webhook_endpoint",
        create,
        "url!",
        "enabled_events[]!",
        "connect:bool",
        "api_version",
        *_COMMON,
    ),
    endpoint("GET /v1/webhook_endpoints", "list:webhook_endpoint", index, *PAGING),
    endpoint("GET /v1/webhook_endpoints/<id>", "webhook_endpoint", retrieve),
    endpoint(
        "POST /v1/webhook_endpoints/<id>",
        "webhook_endpoint",
        update,
        "url",
        "enabled_events[]",
        "disabled:bool",
        *_COMMON,
    ),
    endpoint("DELETE /v1/webhook_endpoints/<id>", "webhook_endpoint", delete),
)
