"""PaymentIntents: one payment, however many attempts it takes."""

from typing import Any

from sandbox.pay import intents
from sandbox.pay.call import Call, endpoint, for_browser
from sandbox.pay.errors import invalid, refused, unexpected_state
from sandbox.pay.events import tell
from sandbox.pay.forge import ADDRESS
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh, secret_of
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.paying import cancel, capture, carry_out
from sandbox.pay.store import Record
from sandbox.pay.transfers import check_destination

_LEAST = {"gbp": 30, "usd": 50, "eur": 50}
_LEAST_ELSEWHERE = 50
_MOST = 99_999_999
_ONLY_WITH_CONFIRM = ("return_url", "mandate_data", "off_session", "error_on_requires_action", "use_stripe_sdk")
_TEXTS = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
_WHEN_HELD = {"description", "metadata", "receipt_email", "transfer_group", "expand"}


def create(call: Call) -> Record:
    """Make a PaymentIntent, and confirm it at once with `confirm=true`."""
    params = call.params
    confirm = params.get("confirm", False)
    if not confirm:
        for name in _ONLY_WITH_CONFIRM:
            if name in params:
                raise invalid(f"{name} is only for confirm=true.", param=name)
    intent = _blank(call)
    _change(call, intent)
    if confirm:
        intents.check_return_url(call, intent, off_session=bool(params.get("off_session")))
    else:
        _choose(call, intent)
    call.work.put(intent)
    tell(call.work, "payment_intent.created", intent)
    if confirm:
        carry_out(call, intent)
    return intent


def retrieve(call: Call) -> Record:
    """Return the PaymentIntent; from a browser only with its client secret."""
    return for_browser(call, call.work.find("payment_intent", call.id))


def update(call: Call) -> Record:
    """Change what was sent; while money is held only what does not concern it."""
    intent = call.work.find("payment_intent", call.id)
    held = intent["status"] == "requires_capture"
    if intent["status"] in intents.FINAL or (held and set(call.params) - _WHEN_HELD):
        raise unexpected_state(intent, f"This payment_intent is {intent['status']} and cannot be changed so.")
    _change(call, intent)
    if not held:
        intent["last_payment_error"] = None
        _choose(call, intent)
    return call.work.put(intent)


def _choose(call: Call, intent: Record) -> None:
    method = intents.chosen(call, intent)
    if method is not None and method["id"] != intent["payment_method"]:
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)


def confirm(call: Call) -> Record:
    """Ask the bank for the money."""
    intent = for_browser(call, call.work.find("payment_intent", call.id))
    if call.publishable and intent["confirmation_method"] == "manual":
        raise refused("This PaymentIntent is confirmed with a secret key only.", param="confirmation_method")
    carry_out(call, intent)
    return intent


def capture_by_caller(call: Call) -> Record:
    """Take the money that is held."""
    intent = call.work.find("payment_intent", call.id)
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, f"This payment_intent is {intent['status']}; nothing can be captured.")
    capture(call.work, intent, call.params)
    return intent


def cancel_by_caller(call: Call) -> Record:
    """Cancel a PaymentIntent that has not succeeded."""
    intent = call.work.find("payment_intent", call.id)
    if intent["status"] in intents.FINAL:
        raise unexpected_state(intent, f"This payment_intent is {intent['status']} and cannot be canceled.")
    cancel(call.work, intent, call.params.get("cancellation_reason"))
    return intent


def index(call: Call) -> Record:
    """List PaymentIntents, all or those of a customer."""
    found = call.work.every("payment_intent")
    if "customer" in call.params:
        found = [intent for intent in found if intent["customer"] == call.params["customer"]]
    return page(found, call.params, "/v1/payment_intents")


def _change(call: Call, intent: Record) -> None:
    params = call.params
    intent.update({name: params[name] for name in _TEXTS if name in params})
    for name in ("amount", "application_fee_amount", "capture_method", "setup_future_usage"):
        if name in params:
            intent[name] = params[name]
    if "currency" in params:
        intent["currency"] = _currency(params["currency"])
    _check_amount(intent["amount"], intent["currency"])
    intent["customer"] = intents.customer(call, intent)
    intent["metadata"] = merged(intent["metadata"], params)
    intent["payment_method_options"] = intents.options(call, intent["payment_method_options"])
    if "shipping" in params:
        intent["shipping"] = params["shipping"]
    if "transfer_data" in params:
        intent["transfer_data"] = _transfer_data(call, intent, params["transfer_data"] or {})
    _check_fee(call, intent)


def _currency(sent: str) -> str:
    currency = sent.lower()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise invalid("currency has three letters, as in ISO 4217.", param="currency")
    return currency


def _check_amount(amount: int, currency: str) -> None:
    if amount < 0:
        raise invalid("amount is a positive number of minor units.", code="parameter_invalid_integer", param="amount")
    if amount < _LEAST.get(currency, _LEAST_ELSEWHERE):
        raise invalid("The amount is below the least that can be charged.", code="amount_too_small", param="amount")
    if amount > _MOST:
        raise invalid("The amount is above the most that can be charged.", code="amount_too_large", param="amount")


def _transfer_data(call: Call, intent: Record, sent: dict[str, Any]) -> Record | None:
    old = intent["transfer_data"] or {}
    destination = sent.get("destination") or old.get("destination")
    if destination is None:
        return None
    check_destination(call.work, destination, param="transfer_data[destination]")
    return {"amount": sent.get("amount", old.get("amount")), "destination": destination}


def _check_fee(call: Call, intent: Record) -> None:
    fee, data = intent["application_fee_amount"], intent["transfer_data"]
    if data and data["amount"] is not None and fee is not None:
        message = "Send application_fee_amount or transfer_data[amount], not both."
        raise invalid(message, param="transfer_data[amount]")
    if fee is not None and not data and call.work.account == call.work.platform:
        raise invalid("A fee needs a connected account that pays it.", param="application_fee_amount")
    for name, amount in (("application_fee_amount", fee), ("transfer_data[amount]", data and data["amount"])):
        if amount is not None and not 0 <= amount <= intent["amount"]:
            raise invalid("That is more than the payment.", param=name)


def _blank(call: Call) -> Record:
    params, object_id = call.params, fresh("pi")
    return {
        "id": object_id,
        "object": "payment_intent",
        "allowed_payment_method_types": intents.allowed(params),
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": intents.automatic(params),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": secret_of(object_id),
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": call.work.now,
        "currency": _currency(params["currency"]),
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": params.get("excluded_payment_method_types") or None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": intents.on_behalf_of(call),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": None,
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
        "_off_session": False,
        "_passed": None,
        "_tries": 0,
        "_window": None,
    }


_ALWAYS = (
    *_TEXTS,
    *intents.CHOICE,
    *intents.OPTIONS,
    "application_fee_amount:int?",
    "capture_method:automatic|automatic_async|manual",
    "customer",
    "metadata[*]",
    "setup_future_usage:off_session|on_session?",
    *under("shipping", "name", "phone", *under("address", *ADDRESS)),
    "transfer_data[amount]:int",
)
_MOMENT = ("off_session:true|false|one_off|recurring", "error_on_requires_action:bool")
_CREATE = (
    *_ALWAYS,
    *_MOMENT,
    *intents.AUTOMATIC,
    *intents.KINDS,
    *intents.MANDATE,
    "amount:int!",
    "currency!",
    "confirm:bool",
    "confirmation_method:automatic|manual",
    "mandate",
    "on_behalf_of",
    "return_url",
    "transfer_data[destination]",
    "use_stripe_sdk:bool",
)
_CONFIRM = (
    *intents.CONFIRM,
    *_MOMENT,
    "capture_method:automatic|automatic_async|manual",
    "client_secret",
    "mandate",
    "receipt_email",
    "setup_future_usage:off_session|on_session?",
    *under("shipping", "name", "phone", *under("address", *ADDRESS)),
)
_CAPTURE = ("amount_to_capture:int", "application_fee_amount:int", "transfer_data[amount]:int", "metadata[*]")
_REASONS = "cancellation_reason:abandoned|duplicate|fraudulent|requested_by_customer"
ENDPOINTS = (
    endpoint("POST /v1/payment_intents", "payment_intent", create, *_CREATE),
    endpoint("GET /v1/payment_intents", "list:payment_intent", index, "customer", *PAGING, *CREATED),
    endpoint("GET /v1/payment_intents/<id>", "payment_intent", retrieve, "client_secret", publishable=True),
    endpoint("POST /v1/payment_intents/<id>", "payment_intent", update, *_ALWAYS, "amount:int", "currency"),
    endpoint("POST /v1/payment_intents/<id>/confirm", "payment_intent", confirm, *_CONFIRM, publishable=True),
    endpoint("POST /v1/payment_intents/<id>/capture", "payment_intent", capture_by_caller, *_CAPTURE),
    endpoint("POST /v1/payment_intents/<id>/cancel", "payment_intent", cancel_by_caller, _REASONS),
)
