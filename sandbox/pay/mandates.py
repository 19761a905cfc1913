"""Mandates: cards have one only where the law asks for it, which among the test cards is India."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.ids import fresh
from sandbox.pay.store import Record
from sandbox.pay.work import Work


def agree(work: Work, intent: Record, method: Record) -> str | None:
    """Return the id of the mandate that this set-up made, None where cards have none."""
    agreed = (intent.get("_mandate_data") or {}).get("customer_acceptance")
    if method["card"]["country"] != "IN" or not agreed:
        return None
    mandate: Record = {
        "id": fresh("mandate"),
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": agreed.get("accepted_at", work.now),
            "online": _online(agreed),
            "type": agreed.get("type", "online"),
        },
        "livemode": False,
        "multi_use": {},
        "payment_method": method["id"],
        "payment_method_details": {"card": {}, "type": "card"},
        "status": "active",
        "type": "multi_use",
    }
    return str(work.put(mandate)["id"])


def _online(agreed: Record) -> Record | None:
    if agreed.get("type", "online") != "online":
        return None
    sent = agreed.get("online") or {}
    return {"ip_address": sent.get("ip_address"), "user_agent": sent.get("user_agent")}


def retrieve(call: Call) -> Record:
    """Return the mandate."""
    return call.work.find("mandate", call.id)


ENDPOINTS = (endpoint("GET /v1/mandates/<id>", "mandate", retrieve),)
