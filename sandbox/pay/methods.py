"""PaymentMethods: reading, updating, attaching and the list. Making one is in `forge`."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import invalid, missing, refused
from sandbox.pay.events import tell
from sandbox.pay.forge import BILLING, DATA, check_expiry, draft, resolve
from sandbox.pay.forms import under
from sandbox.pay.listing import PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.wallet import attach, attached, check_attachable, check_free, check_usable, detach

_REDISPLAY = "allow_redisplay:always|limited|unspecified"


def create(call: Call) -> Record:
    """Make a PaymentMethod from card details or a test token, or copy one to a connected account."""
    if "payment_method" in call.params:
        return _clone(call)
    if "customer" in call.params:
        raise invalid("customer is only for copying a payment_method to this account.", param="customer")
    return call.work.put(draft(call.work, call.params, raw_numbers=call.publishable))


def _clone(call: Call) -> Record:
    work = call.work
    if work.account == work.platform or call.publishable:
        message = "Cards are copied to a connected account, with a secret key and the Stripe-Account header."
        raise invalid(message, param="payment_method")
    home = work.at(work.platform)
    method = home.find("payment_method", call.params["payment_method"], param="payment_method")
    check_usable(method, call.params.get("customer"))
    source = {"card": {"token": "tok_" + method["_card"]}}
    copy = draft(work, source, raw_numbers=False)
    for part in ("exp_month", "exp_year"):
        copy["card"][part] = method["card"][part]
    copy["billing_details"] = {**method["billing_details"]}
    copy["metadata"] = merged({}, call.params)
    return work.put(copy)


def retrieve(call: Call) -> Record:
    """Return the PaymentMethod."""
    return call.work.find("payment_method", call.id)


def update(call: Call) -> Record:
    """Change holder, expiry, redisplay or metadata of an attached PaymentMethod; brand and number stay."""
    work, params = call.work, call.params
    method = work.find("payment_method", call.id)
    if method["customer"] is None:
        message = "Only a PaymentMethod that is attached to a customer can be updated."
        raise refused(message, code="payment_method_unexpected_state")
    before = {
        "billing_details": {**method["billing_details"]},
        "card": {**method["card"]},
        "allow_redisplay": method["allow_redisplay"],
        "metadata": {**method["metadata"]},
    }
    _change(work.now, method, params)
    changed = {name: value for name, value in before.items() if method[name] != value}
    if changed:
        work.put(method)
        tell(work, "payment_method.updated", method, changed)
    return method


def _change(now: int, method: Record, params: Record) -> None:
    card = {**method["card"]}
    sent = params.get("card") or {}
    card.update({name: sent[name] for name in ("exp_month", "exp_year") if name in sent})
    if "exp_month" in sent or "exp_year" in sent:
        card["exp_year"] = check_expiry(card["exp_month"], card["exp_year"], now)
    if "networks" in sent:
        preferred = sent["networks"].get("preferred")
        if preferred not in (None, *card["networks"]["available"]):
            raise invalid("The card does not run on that network.", param="card[networks][preferred]")
        card["networks"] = {**card["networks"], "preferred": preferred}
    method["metadata"] = merged(method["metadata"], params)
    method["card"] = card
    if "billing_details" in params:
        method["billing_details"] = updated_billing(method["billing_details"], params["billing_details"])
    if "allow_redisplay" in params:
        method["allow_redisplay"] = params["allow_redisplay"]


def updated_billing(old: Record, sent: Record | None) -> Record:
    """Return the holder's details with what was sent in place; what was not sent stays."""
    sent = sent or {}
    new = {**old, **{name: value for name, value in sent.items() if name != "address"}}
    if "address" in sent:
        address = sent["address"]
        new["address"] = {**old["address"], **address} if address else dict.fromkeys(old["address"])
    return new


def attach_to(call: Call) -> Record:
    """Attach without asking for authentication; a card that its bank refuses is refused here too."""
    work = call.work
    customer_id = living_customer(call, call.params["customer"])
    method = resolve(work, call.id, param="id")
    if method["customer"] != customer_id:
        check_free(method)
        check_attachable(method)
        attach(work, method, customer_id)
    return method


def detach_from(call: Call) -> Record:
    """Detach, for good."""
    method = call.work.find("payment_method", call.id)
    detach(call.work, method)
    return method


def living_customer(call: Call, customer_id: str, *, param: str = "customer") -> str:
    """Return the id of a customer that exists and was not deleted, otherwise raise."""
    customer = call.work.find("customer", customer_id, param=param)
    if customer.get("deleted"):
        raise refused(f"No such customer: '{customer_id}'", code="resource_missing", param=param)
    return customer_id


def index(call: Call) -> Record:
    """List the attached PaymentMethods of the customer in the parameters."""
    customer_id = call.params.get("customer")
    if customer_id is None:
        raise missing("customer")
    return _list(call, living_customer(call, customer_id), "/v1/payment_methods")


def index_of_customer(call: Call) -> Record:
    """List the attached PaymentMethods of the customer in the path."""
    customer_id = living_customer(call, call.id, param="id")
    return _list(call, customer_id, f"/v1/customers/{customer_id}/payment_methods")


def retrieve_of_customer(call: Call) -> Record:
    """Return one PaymentMethod of the customer in the path."""
    customer_id = living_customer(call, call.id, param="id")
    method = call.work.find("payment_method", call.path["method"])
    if method["customer"] != customer_id:
        raise refused("The PaymentMethod is not attached to this customer.", code="resource_missing")
    return method


def _list(call: Call, customer_id: str, url: str) -> Record:
    methods = attached(call.work, customer_id)
    for name in ("type", "allow_redisplay"):
        if name in call.params:
            methods = [method for method in methods if method[name] == call.params[name]]
    return page(methods, call.params, url)


_LIST = ("type", _REDISPLAY, *PAGING)
_UPDATE = (
    "metadata[*]",
    _REDISPLAY,
    *under("billing_details", *BILLING),
    *under("card", "exp_month:int", "exp_year:int", "networks[preferred]"),
)
ENDPOINTS = (
    endpoint(
        "POST /v1/payment_methods",
        "payment_method",
        create,
        *DATA,
        "customer",
        "payment_method",
        publishable=True,
    ),
    endpoint("GET /v1/payment_methods", "list:payment_method", index, "customer", *_LIST),
    endpoint("GET /v1/payment_methods/<id>", "payment_method", retrieve),
    endpoint("POST /v1/payment_methods/<id>", "payment_method", update, *_UPDATE),
    endpoint("POST /v1/payment_methods/<id>/attach", "payment_method", attach_to, "customer!"),
    endpoint("POST /v1/payment_methods/<id>/detach", "payment_method", detach_from),
    endpoint("GET /v1/customers/<id>/payment_methods", "list:payment_method", index_of_customer, *_LIST),
    endpoint("GET /v1/customers/<id>/payment_methods/<method>", "payment_method", retrieve_of_customer),
)
