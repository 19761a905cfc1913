"""Customers: people whose cards are kept."""

from typing import Any

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import refused
from sandbox.pay.events import tell
from sandbox.pay.forge import ADDRESS, resolve
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh, letters
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.wallet import attach, attached, check_attachable, check_free, detach

_TEXTS = ("description", "email", "name", "phone")
_SHIPPING = ("name", "phone", *under("address", *ADDRESS))
_FIELDS = (
    *_TEXTS,
    "metadata[*]",
    "preferred_locales[]",
    *under("address", *ADDRESS),
    *under("shipping", *_SHIPPING),
    "invoice_settings[default_payment_method]",
)


def create(call: Call) -> Record:
    """Make a customer; a `payment_method` is attached at once."""
    customer = _blank(call.work.now)
    _change(call, customer)
    method = _first_method(call)
    call.work.put(customer)
    tell(call.work, "customer.created", customer)
    if method is not None:
        attach(call.work, method, customer["id"])
    return customer


def _first_method(call: Call) -> Record | None:
    if "payment_method" not in call.params:
        return None
    method = resolve(call.work, call.params["payment_method"])
    check_free(method)
    check_attachable(method)
    return method


def retrieve(call: Call) -> Record:
    """Return the customer; of a deleted one only that it is deleted."""
    return call.work.find("customer", call.id)


def update(call: Call) -> Record:
    """Change what was sent."""
    customer = call.work.find("customer", call.id)
    if customer.get("deleted"):
        raise refused(f"No such customer: '{call.id}'", code="resource_missing", param="id")
    before = {**customer}
    _change(call, customer)
    changed = {name: value for name, value in before.items() if customer[name] != value}
    if changed:
        call.work.put(customer)
        tell(call.work, "customer.updated", customer, changed)
    return customer


def delete(call: Call) -> Record:
    """Delete the customer for good; its PaymentMethods are detached."""
    work = call.work
    customer = work.find("customer", call.id)
    if customer.get("deleted"):
        raise refused(f"No such customer: '{call.id}'", code="resource_missing", param="id")
    for method in attached(work, call.id):
        detach(work, method)
    tell(work, "customer.deleted", customer)
    return work.put({"id": call.id, "object": "customer", "deleted": True})


def index(call: Call) -> Record:
    """List the customers, all or those with exactly this e-mail address."""
    customers = [customer for customer in call.work.every("customer") if not customer.get("deleted")]
    if "email" in call.params:
        customers = [customer for customer in customers if customer["email"] == call.params["email"]]
    return page(customers, call.params, "/v1/customers")


def _change(call: Call, customer: Record) -> None:
    params = call.params
    customer.update({name: params[name] for name in _TEXTS if name in params})
    customer["metadata"] = merged(customer["metadata"], params)
    if "preferred_locales" in params:
        customer["preferred_locales"] = params["preferred_locales"] or []
    for name in ("address", "shipping"):
        if name in params:
            customer[name] = _place(name, params[name])
    if "invoice_settings" in params:
        customer["invoice_settings"] = _settings(call, customer)


def _place(name: str, sent: dict[str, Any] | None) -> Record | None:
    if not sent:
        return None
    if name == "address":
        return {**dict.fromkeys(ADDRESS), **sent}
    return {"name": None, "phone": None, **sent, "address": _place("address", sent.get("address"))}


def _settings(call: Call, customer: Record) -> Record:
    sent = call.params["invoice_settings"] or {}
    method_id = sent.get("default_payment_method")
    if method_id is not None:
        param = "invoice_settings[default_payment_method]"
        method = call.work.find("payment_method", method_id, param=param)
        if method["customer"] != customer["id"]:
            raise refused("The default PaymentMethod must be attached to the customer first.", param=param)
    return {**customer["invoice_settings"], **sent}


def _blank(now: int) -> Record:
    return {
        "id": fresh("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": letters(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


ENDPOINTS = (
    endpoint("POST /v1/customers", "customer", create, *_FIELDS, "payment_method"),
    endpoint("GET /v1/customers", "list:customer", index, "email", *PAGING, *CREATED),
    endpoint("GET /v1/customers/<id>", "customer", retrieve),
    endpoint("POST /v1/customers/<id>", "customer", update, *_FIELDS),
    endpoint("DELETE /v1/customers/<id>", "customer", delete),
)
