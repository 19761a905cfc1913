"""Events: what happened, kept for reading and handed to the webhook endpoints that asked for it."""

from typing import Any

from sandbox.pay.ids import fresh
from sandbox.pay.render import render
from sandbox.pay.store import Record
from sandbox.pay.version import API_VERSION
from sandbox.pay.work import Work


def tell(work: Work, kind: str, subject: Record, previous: dict[str, Any] | None = None) -> Record:
    """Keep an event of type `kind` about `subject` and address it; `previous` holds old values."""
    event: Record = {
        "id": fresh("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": {"object": render(subject)} | ({"previous_attributes": previous} if previous else {}),
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": work.request_id, "idempotency_key": work.idempotency_key},
        "type": kind,
    }
    if work.account != work.platform:
        event["account"] = work.account
    event["_to"] = _addresses(work, kind)
    event["_sent_to"] = list(event["_to"])
    event["pending_webhooks"] = len(event["_to"])
    work.put(event)
    work.told.append((work.account, event["id"]))
    return event


def _addresses(work: Work, kind: str) -> list[list[str]]:
    homes = {work.account, work.platform}
    return [
        [home, endpoint["id"]]
        for home in sorted(homes)
        for endpoint in work.store.every(home, "webhook_endpoint")
        if endpoint["status"] == "enabled" and _wants(endpoint, kind, own=home == work.account)
    ]


def _wants(endpoint: Record, kind: str, *, own: bool) -> bool:
    scope = endpoint["_scope"]
    if scope != "both" and (scope == "own") != own:
        return False
    return "*" in endpoint["enabled_events"] or kind in endpoint["enabled_events"]
