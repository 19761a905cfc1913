"""Whose card it is: attached to one customer, detached for good, usable or not."""

from sandbox.pay.cards import BY_NAME
from sandbox.pay.errors import ApiError, refused
from sandbox.pay.events import tell
from sandbox.pay.issuer import error
from sandbox.pay.store import Record
from sandbox.pay.work import Work

MOST = 100
_SPENT = (
    "This PaymentMethod was used without a customer or was detached from one. "
    "It cannot be used again; collect the card again."
)


def attached(work: Work, customer_id: str) -> list[Record]:
    """Return the customer's PaymentMethods, oldest first."""
    return [method for method in work.every("payment_method") if method["customer"] == customer_id]


def attach(work: Work, method: Record, customer_id: str) -> None:
    """Give the PaymentMethod to the customer; again to the same one changes nothing."""
    if method["customer"] == customer_id:
        return
    check_free(method)
    if len(attached(work, customer_id)) >= MOST:
        message = f"A customer has at most {MOST} PaymentMethods."
        raise refused(message, code="customer_max_payment_methods", param="customer")
    method["customer"] = customer_id
    work.put(method)
    tell(work, "payment_method.attached", method)


def detach(work: Work, method: Record) -> None:
    """Take the PaymentMethod from its customer, for good; raise a 400 when it has none."""
    customer_id = method["customer"]
    if customer_id is None:
        raise refused("The PaymentMethod is not attached to a customer.", param="payment_method")
    method["customer"] = None
    method["_spent"] = True
    work.put(method)
    _forget_default(work, customer_id, method["id"])
    _end_mandates(work, method["id"])
    tell(work, "payment_method.detached", method, {"customer": customer_id})


def spend(work: Work, method: Record) -> None:
    """Mark a PaymentMethod that was paid with and belongs to nobody: it cannot be used again."""
    if method["customer"] is None:
        method["_spent"] = True
        work.put(method)


def check_free(method: Record) -> None:
    """Raise a 400 for a PaymentMethod that belongs to a customer or is spent."""
    if method["_spent"]:
        raise refused(_SPENT, code="payment_method_unexpected_state", param="payment_method")
    if method["customer"] is not None:
        message = "The PaymentMethod belongs to a customer already; to use it elsewhere, collect it again."
        raise refused(message, code="payment_method_unexpected_state", param="payment_method")


def check_usable(method: Record, customer_id: str | None) -> None:
    """Raise a 400 when an intent of this customer (or of none) may not use the PaymentMethod."""
    if method["_spent"]:
        raise refused(_SPENT, code="payment_method_unexpected_state", param="payment_method")
    if method["customer"] is not None and method["customer"] != customer_id:
        message = "The PaymentMethod belongs to a customer; name that customer in the intent."
        raise refused(message, param="payment_method")


def check_attachable(method: Record) -> None:
    """Raise the bank's 402 for a card that it will not let be saved."""
    card = BY_NAME[method["_card"]]
    if card.setup is not None and (method["_cvc"] or not card.only_with_cvc):
        raise card_error(error(card.setup))


def note_checks(work: Work, method: Record) -> None:
    """Note what the bank found of security code and address when it accepted the card."""
    card = BY_NAME[method["_card"]]
    address = method["billing_details"]["address"]
    method["card"]["checks"] = {
        "address_line1_check": card.line1_check if address["line1"] else None,
        "address_postal_code_check": card.postal_check if address["postal_code"] else None,
        "cvc_check": card.cvc_check if method["_cvc"] else None,
    }
    work.put(method)


def card_error(members: Record) -> ApiError:
    """Return the 402 whose error has these members."""
    rest = {name: value for name, value in members.items() if name not in ("type", "message", "doc_url")}
    return ApiError(402, members["message"], kind=members["type"], **rest)


def _forget_default(work: Work, customer_id: str, method_id: str) -> None:
    customer = work.look("customer", customer_id)
    if customer and customer.get("invoice_settings", {}).get("default_payment_method") == method_id:
        customer["invoice_settings"]["default_payment_method"] = None
        work.put(customer)


def _end_mandates(work: Work, method_id: str) -> None:
    for mandate in work.every("mandate"):
        if mandate["payment_method"] == method_id and mandate["status"] == "active":
            mandate["status"] = "inactive"
            work.put(mandate)
            tell(work, "mandate.updated", mandate, {"status": "active"})
