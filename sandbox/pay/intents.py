"""What SetupIntents and PaymentIntents have in common: which card, which options, may it be confirmed."""

from typing import Any

from sandbox.pay.call import Call
from sandbox.pay.errors import invalid, refused, unexpected_state
from sandbox.pay.forge import DATA, draft, resolve
from sandbox.pay.forms import under
from sandbox.pay.methods import living_customer
from sandbox.pay.store import Record
from sandbox.pay.tokens import redeem
from sandbox.pay.wallet import check_usable

FINAL = ("succeeded", "canceled")
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
MOST_TRIES = 30

CHOICE = ("payment_method", *under("payment_method_data", *DATA), "confirmation_token")
OPTIONS = (
    "payment_method_options[card][request_three_d_secure]:automatic|any|challenge",
    "payment_method_options[card][moto]:bool",
    "payment_method_options[card][network]",
)
KINDS = ("allowed_payment_method_types[]", "excluded_payment_method_types[]")
AUTOMATIC = (
    "automatic_payment_methods[enabled]:bool",
    "automatic_payment_methods[allow_redirects]:always|never",
)
MANDATE = (
    "mandate_data[customer_acceptance][type]:online|offline",
    "mandate_data[customer_acceptance][accepted_at]:int",
    "mandate_data[customer_acceptance][online][ip_address]",
    "mandate_data[customer_acceptance][online][user_agent]",
    "mandate_data[customer_acceptance][online][infer_from_client]:bool",
)
CONFIRM = (*CHOICE, *OPTIONS, *KINDS, *MANDATE, "return_url", "use_stripe_sdk:bool")


def chosen(call: Call, intent: Record) -> Record | None:
    """Return the PaymentMethod that the call names, else the intent's, else None; raise if it may not be used."""
    method = _named(call, intent)
    if method is None:
        return None
    check_usable(method, intent["customer"])
    return method


def _named(call: Call, intent: Record) -> Record | None:
    work, params = call.work, call.params
    named = [name for name in ("payment_method", "payment_method_data", "confirmation_token") if params.get(name)]
    if "confirmation_token" in named:
        method = redeem(work, params["confirmation_token"], intent)
        if "payment_method" not in named and "payment_method_data" not in named:
            return method
    if params.get("payment_method"):
        return resolve(work, params["payment_method"])
    if params.get("payment_method_data"):
        return work.put(draft(work, params["payment_method_data"], raw_numbers=call.publishable))
    if intent["payment_method"]:
        return work.find("payment_method", intent["payment_method"], param="payment_method")
    return None


def to_confirm(call: Call, intent: Record) -> Record:
    """Return the PaymentMethod to confirm `intent` with; raise when it cannot be confirmed now."""
    if intent["status"] not in OPEN:
        message = f"This {intent['object']} is {intent['status']} and cannot be confirmed."
        raise unexpected_state(intent, message)
    method = chosen(call, intent)
    if method is None:
        message = f"This {intent['object']} has no payment method yet, so it cannot be confirmed."
        raise unexpected_state(intent, message)
    allowed = intent["allowed_payment_method_types"]
    if allowed and method["type"] not in allowed:
        raise refused("The intent does not allow this type of payment method.", param="payment_method")
    return method


def check_return_url(call: Call, intent: Record, *, off_session: bool = False) -> None:
    """Raise a 400 when a server confirms without saying where a redirect should come back to."""
    automatic = intent["automatic_payment_methods"] or {}
    if call.publishable or off_session or automatic.get("allow_redirects") == "never":
        return
    if not call.params.get("return_url"):
        message = (
            "A return_url is needed to confirm from a server, because the bank may send the person away; "
            "or forbid that with automatic_payment_methods[allow_redirects]=never."
        )
        raise invalid(message, code="parameter_missing", param="return_url")


def options(call: Call, old: Record | None = None) -> Record:
    """Return the intent's `payment_method_options` with what was sent in place."""
    sent = (call.params.get("payment_method_options") or {}).get("card") or {}
    card = {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
    return {"card": {**card, **((old or {}).get("card") or {}), **sent}}


def automatic(params: dict[str, Any]) -> Record | None:
    """Return `automatic_payment_methods`: on unless types are named, redirects allowed unless forbidden."""
    sent = params.get("automatic_payment_methods")
    if sent is not None:
        return {"allow_redirects": "always", "enabled": True, **sent}
    if params.get("allowed_payment_method_types"):
        return None
    return {"allow_redirects": "always", "enabled": True}


def allowed(params: dict[str, Any]) -> list[str] | None:
    """Return the allowed types; raise a 400 when cards are not among them, as there is nothing else here."""
    types: list[str] | None = params.get("allowed_payment_method_types") or None
    if types is not None and "card" not in types:
        raise invalid("This service takes cards only.", param="allowed_payment_method_types")
    if "card" in (params.get("excluded_payment_method_types") or []):
        raise invalid("This service takes cards only.", param="excluded_payment_method_types")
    return types


def customer(call: Call, intent: Record | None = None) -> str | None:
    """Return the id of the customer that the call names, else the intent's."""
    if "customer" not in call.params:
        return intent["customer"] if intent else None
    sent = call.params["customer"]
    return living_customer(call, sent) if sent else None


def question(intent: Record, method: Record) -> dict[str, Any]:
    """Return what the bank is told of this confirmation, setting up and paying alike."""
    card = intent["payment_method_options"]["card"]
    return {
        "requested": card.get("request_three_d_secure") or "automatic",
        "moto": bool(card.get("moto")),
        "cvc_given": method["_cvc"],
        "set_up_before": method["_set_up"],
    }


def on_behalf_of(call: Call) -> str | None:
    """Return the connected account that the call names, None without one; raise a 400 for an unknown one."""
    account: str | None = call.params.get("on_behalf_of")
    if account is not None:
        call.work.at(call.work.platform).find("account", account, param="on_behalf_of")
    return account
