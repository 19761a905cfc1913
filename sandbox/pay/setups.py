"""SetupIntents: a card is saved with its bank's knowledge, nothing is charged."""

from sandbox.pay import intents
from sandbox.pay.call import Call, endpoint, for_browser
from sandbox.pay.errors import invalid, unexpected_state
from sandbox.pay.events import tell
from sandbox.pay.ids import fresh, secret_of
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.setting_up import cancel, carry_out
from sandbox.pay.store import Record

_ONLY_WITH_CONFIRM = ("return_url", "mandate_data", "use_stripe_sdk")


def create(call: Call) -> Record:
    """Make a SetupIntent, and confirm it at once with `confirm=true`."""
    confirm = call.params.get("confirm", False)
    if not confirm:
        for name in _ONLY_WITH_CONFIRM:
            if name in call.params:
                raise invalid(f"{name} is only for confirm=true.", param=name)
    intent = _blank(call)
    method = None if confirm else intents.chosen(call, intent)
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
    if confirm:
        intents.check_return_url(call, intent)
    call.work.put(intent)
    tell(call.work, "setup_intent.created", intent)
    if confirm:
        carry_out(call, intent)
    return intent


def retrieve(call: Call) -> Record:
    """Return the SetupIntent; from a browser only with its client secret."""
    return for_browser(call, call.work.find("setup_intent", call.id))


def update(call: Call) -> Record:
    """Change what was sent; a PaymentMethod brings the intent to `requires_confirmation`."""
    intent = call.work.find("setup_intent", call.id)
    if intent["status"] not in intents.OPEN:
        raise unexpected_state(intent, f"This setup_intent is {intent['status']} and cannot be changed.")
    params = call.params
    intent["customer"] = intents.customer(call, intent)
    intent["metadata"] = merged(intent["metadata"], params)
    if "description" in params:
        intent["description"] = params["description"]
    if "allowed_payment_method_types" in params:
        intent["allowed_payment_method_types"] = intents.allowed(params)
    intent["payment_method_options"] = intents.options(call, intent["payment_method_options"])
    method = intents.chosen(call, intent)
    if method is not None and method["id"] != intent["payment_method"]:
        intent.update(
            payment_method=method["id"], status="requires_confirmation", next_action=None, last_setup_error=None
        )
    return call.work.put(intent)


def confirm(call: Call) -> Record:
    """Ask the bank to accept the card."""
    intent = for_browser(call, call.work.find("setup_intent", call.id))
    carry_out(call, intent)
    return intent


def cancel_by_caller(call: Call) -> Record:
    """Cancel a SetupIntent that has not succeeded."""
    intent = call.work.find("setup_intent", call.id)
    if intent["status"] not in intents.OPEN:
        raise unexpected_state(intent, f"This setup_intent is {intent['status']} and cannot be canceled.")
    cancel(call.work, intent, call.params.get("cancellation_reason"))
    return intent


def index(call: Call) -> Record:
    """List SetupIntents, all or those of a customer or PaymentMethod."""
    found = call.work.every("setup_intent")
    for name in ("customer", "payment_method"):
        if name in call.params:
            found = [intent for intent in found if intent[name] == call.params[name]]
    return page(found, call.params, "/v1/setup_intents")


def _blank(call: Call) -> Record:
    params, object_id = call.params, fresh("seti")
    return {
        "id": object_id,
        "object": "setup_intent",
        "allowed_payment_method_types": intents.allowed(params),
        "application": None,
        "automatic_payment_methods": intents.automatic(params),
        "cancellation_reason": None,
        "client_secret": secret_of(object_id),
        "created": call.work.now,
        "customer": intents.customer(call),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": params.get("excluded_payment_method_types") or None,
        "flow_directions": params.get("flow_directions") or None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged({}, params),
        "next_action": None,
        "on_behalf_of": intents.on_behalf_of(call),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": intents.options(call),
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
        "_mandate_data": None,
        "_tries": 0,
        "_window": None,
    }


_CREATE = (
    *intents.CONFIRM,
    *intents.AUTOMATIC,
    "confirm:bool",
    "customer",
    "description",
    "flow_directions[]",
    "metadata[*]",
    "on_behalf_of",
    "single_use[amount]:int",
    "single_use[currency]",
    "usage:off_session|on_session",
)
_UPDATE = (
    *intents.CHOICE,
    *intents.OPTIONS,
    *intents.KINDS,
    "customer",
    "description",
    "flow_directions[]",
    "metadata[*]",
)
_REASONS = "cancellation_reason:abandoned|duplicate|requested_by_customer"
_FILTERS = ("customer", "payment_method", *PAGING, *CREATED)
ENDPOINTS = (
    endpoint("POST /v1/setup_intents", "setup_intent", create, *_CREATE),
    endpoint("GET /v1/setup_intents", "list:setup_intent", index, *_FILTERS),
    endpoint("GET /v1/setup_intents/<id>", "setup_intent", retrieve, "client_secret", publishable=True),
    endpoint("POST /v1/setup_intents/<id>", "setup_intent", update, *_UPDATE),
    endpoint(
        "POST /v1/setup_intents/<id>/confirm",
        "setup_intent",
        confirm,
        *intents.CONFIRM,
        "client_secret",
        publishable=True,
    ),
    endpoint("POST /v1/setup_intents/<id>/cancel", "setup_intent", cancel_by_caller, _REASONS),
)
