"""SetupAttempts: one for each time that a SetupIntent was confirmed."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.ids import fresh
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.store import Record
from sandbox.pay.work import Work

_COPIED = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")


def begin(work: Work, intent: Record, method: Record) -> Record:
    """Return a new attempt of `intent` with `method`; the intent points to it."""
    card = {name: method["card"][name] for name in _COPIED}
    attempt: Record = {
        "id": fresh("setatt"),
        "object": "setup_attempt",
        "application": None,
        "attach_to_self": False,
        "created": work.now,
        "customer": intent["customer"],
        "customer_account": None,
        "flow_directions": intent["flow_directions"],
        "livemode": False,
        "on_behalf_of": intent["on_behalf_of"],
        "payment_method": method["id"],
        "payment_method_details": {
            "type": "card",
            "card": {
                **card,
                "checks": {**method["card"]["checks"]},
                "network": method["card"]["brand"],
                "three_d_secure": None,
            },
        },
        "setup_error": None,
        "setup_intent": intent["id"],
        "status": "processing",
        "usage": intent["usage"],
    }
    intent["latest_attempt"] = attempt["id"]
    return work.put(attempt)


def end(work: Work, intent: Record, status: str, **changes: Record | None) -> None:
    """Move the intent's latest attempt to `status`; `three_d_secure` and `setup_error` may be given."""
    attempt = work.look("setup_attempt", intent["latest_attempt"] or "")
    if attempt is None:
        return
    attempt["status"] = status
    if "three_d_secure" in changes:
        attempt["payment_method_details"]["card"]["three_d_secure"] = changes["three_d_secure"]
    if "setup_error" in changes:
        attempt["setup_error"] = changes["setup_error"]
    work.put(attempt)


def index(call: Call) -> Record:
    """List the attempts of one SetupIntent."""
    wanted = call.params["setup_intent"]
    call.work.find("setup_intent", wanted, param="setup_intent")
    attempts = [entry for entry in call.work.every("setup_attempt") if entry["setup_intent"] == wanted]
    return page(attempts, call.params, "/v1/setup_attempts")


ENDPOINTS = (endpoint("GET /v1/setup_attempts", "list:setup_attempt", index, "setup_intent!", *PAGING, *CREATED),)
