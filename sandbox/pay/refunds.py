"""Refunds, as endpoints; the rules are in `refunding`."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import invalid, missing, refused
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.refunding import refund
from sandbox.pay.store import Record


def create(call: Call) -> Record:
    """Give back the money of a PaymentIntent or charge."""
    return refund(call.work, _charge(call), call.params)


def _charge(call: Call) -> Record:
    work, params = call.work, call.params
    if "charge" in params and "payment_intent" in params:
        raise invalid("Name a charge or a payment_intent, not both.", param="charge")
    if "charge" in params:
        return work.find("charge", params["charge"], param="charge")
    if "payment_intent" not in params:
        raise missing("payment_intent")
    intent = work.find("payment_intent", params["payment_intent"], param="payment_intent")
    if intent["latest_charge"] is None:
        raise refused("The PaymentIntent has no charge to refund.", param="payment_intent")
    return work.find("charge", intent["latest_charge"])


def retrieve(call: Call) -> Record:
    """Return the refund."""
    return call.work.find("refund", call.id)


def update(call: Call) -> Record:
    """Change the metadata."""
    record = call.work.find("refund", call.id)
    record["metadata"] = merged(record["metadata"], call.params)
    return call.work.put(record)


def cancel(call: Call) -> Record:
    """Refuse: only a refund that waits for its receiver can be canceled, and cards have none such."""
    call.work.find("refund", call.id)
    raise refused("Refunds to cards cannot be canceled.")


def index(call: Call) -> Record:
    """List refunds, all or those of a charge or PaymentIntent."""
    found = call.work.every("refund")
    for name in ("charge", "payment_intent"):
        if name in call.params:
            found = [record for record in found if record[name] == call.params[name]]
    return page(found, call.params, "/v1/refunds")


ENDPOINTS = (
    endpoint(
        "POST /v1/refunds",
        "refund",
        create,
        "charge",
        "payment_intent",
        "amount:int",
        "reason:duplicate|fraudulent|requested_by_customer",
        "reverse_transfer:bool",
        "refund_application_fee:bool",
        "metadata[*]",
    ),
    endpoint("GET /v1/refunds", "list:refund", index, "charge", "payment_intent", *PAGING, *CREATED),
    endpoint("GET /v1/refunds/<id>", "refund", retrieve),
    endpoint("POST /v1/refunds/<id>", "refund", update, "metadata[*]"),
    endpoint("POST /v1/refunds/<id>/cancel", "refund", cancel),
)
