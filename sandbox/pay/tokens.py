"""ConfirmationTokens: what a form collected, kept for a server to confirm with, once."""

from typing import Any

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import refused
from sandbox.pay.forge import ADDRESS, DATA, draft, resolve
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh
from sandbox.pay.render import render
from sandbox.pay.store import Record
from sandbox.pay.work import Work

LIFE = 12 * 60 * 60
_PREVIEWED = ("type", "card", "billing_details", "allow_redisplay", "customer", "customer_account")


def create(call: Call) -> Record:
    """Make a token for card details or for a saved card."""
    work, params = call.work, call.params
    if params.get("payment_method"):
        saved = resolve(work, params["payment_method"])
        method, saved_id = saved, saved["id"]
    else:
        data = params.get("payment_method_data") or {}
        method, saved_id = draft(work, data, raw_numbers=call.publishable), None
    shown = render(method)
    return work.put(
        {
            "id": fresh("ctoken"),
            "object": "confirmation_token",
            "created": work.now,
            "expires_at": work.now + LIFE,
            "livemode": False,
            "mandate_data": params.get("mandate_data"),
            "payment_intent": None,
            "payment_method_options": None,
            "payment_method_preview": {name: shown[name] for name in _PREVIEWED},
            "return_url": params.get("return_url"),
            "setup_future_usage": params.get("setup_future_usage"),
            "setup_intent": None,
            "shipping": _shipping(params.get("shipping")),
            "use_stripe_sdk": True,
            "_draft": method if saved_id is None else None,
            "_saved": saved_id,
        }
    )


def retrieve(call: Call) -> Record:
    """Return the token."""
    return call.work.find("confirmation_token", call.id)


def redeem(work: Work, token_id: str, intent: Record) -> Record:
    """Use the token for `intent` and return its PaymentMethod; raise a 400 when it was used or is too old."""
    token = work.find("confirmation_token", token_id, param="confirmation_token")
    used = token["payment_intent"] or token["setup_intent"]
    if used or token["expires_at"] <= work.now:
        message = "A ConfirmationToken is used once, within 12 hours; make a new one."
        raise refused(message, param="confirmation_token")
    token[intent["object"]] = intent["id"]
    work.put(token)
    if token["_saved"]:
        return work.find("payment_method", token["_saved"], param="confirmation_token")
    return work.put(token["_draft"])


def _shipping(sent: dict[str, Any] | None) -> Record | None:
    if not sent:
        return None
    address = {**dict.fromkeys(ADDRESS), **(sent.get("address") or {})}
    return {"name": sent.get("name"), "phone": sent.get("phone"), "address": address}


_CREATE = (
    "payment_method",
    *under("payment_method_data", *DATA),
    "payment_method_options[card][moto]:bool",
    "return_url",
    "setup_future_usage:off_session|on_session",
    *under("shipping", "name", "phone", *under("address", *ADDRESS)),
    "mandate_data[customer_acceptance][type]:online|offline",
    "mandate_data[customer_acceptance][online][ip_address]",
    "mandate_data[customer_acceptance][online][user_agent]",
)
ENDPOINTS = (
    endpoint("POST /v1/confirmation_tokens", "confirmation_token", create, *_CREATE, publishable=True),
    endpoint("POST /v1/test_helpers/confirmation_tokens", "confirmation_token", create, *_CREATE),
    endpoint("GET /v1/confirmation_tokens/<id>", "confirmation_token", retrieve),
)
