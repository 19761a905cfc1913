"""Who pays when: prepayment, and what an Order's `payment` must and must not say."""

from sandbox.leisure.draft import Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.item_checks import REQUIRED, UNAVAILABLE
from sandbox.leisure.money import pence, pounds, priced
from sandbox.leisure.sellers import PAYMENT
from sandbox.leisure.wire import Document

OPTIONAL = "https://openactive.io/Optional"


def prepayment(draft: Draft) -> str:
    """Return what all items together ask for: the strictest wins, and a price without a word means Required."""
    counted = [line for line in draft.lines if line.counts]
    if not counted:
        return REQUIRED  # nothing is known yet, so nobody may rely on not having to pay
    wanted = {(line.offer or {}).get("openBookingPrepayment", REQUIRED) for line in counted if line.pence}
    return next((one for one in (REQUIRED, OPTIONAL) if one in wanted), UNAVAILABLE)


def check_reconciliation(draft: Draft) -> None:
    """Demand, at every stage, that what a payment says of accounts is what seller and broker agreed."""
    sent = draft.body.get("payment")
    if sent is None:
        return
    if not isinstance(sent, dict) or any(sent.get(name) != value for name, value in PAYMENT.items()):
        raise OpenBookingError("InvalidPaymentDetailsError", f"They must be {', '.join(PAYMENT.values())}.")


def check(draft: Draft) -> None:
    """Demand at P and B that a payment is there when it must be, and only then, and that the total is ours."""
    sent, wanted = draft.body.get("payment"), prepayment(draft)
    if wanted == UNAVAILABLE and sent is not None:
        raise OpenBookingError("UnnecessaryPaymentDetailsError", "Leave the payment out.")
    if wanted == REQUIRED and sent is None:
        raise OpenBookingError("MissingPaymentDetailsError", f"{pounds(draft.total_pence)} must be paid.")
    if sent is not None and not sent.get("identifier"):
        raise OpenBookingError("IncompletePaymentDetailsError", "payment.identifier is missing.")
    due = draft.body.get("totalPaymentDue")
    stated = pence(due.get("price")) if isinstance(due, dict) else None
    if stated != draft.total_pence:
        raise OpenBookingError("TotalPaymentDueMismatchError", f"It is {pounds(draft.total_pence)}.")


def due(draft: Draft) -> Document:
    """Return `totalPaymentDue`."""
    return {"@type": "PriceSpecification", "openBookingPrepayment": prepayment(draft), **priced(draft.total_pence)}


def echoed(draft: Draft) -> Document:
    """Return the `payment` of an answer: none where all is free of charge."""
    sent = draft.body.get("payment")
    if sent is None or not (draft.total_pence or draft.failed):
        return {}
    names = ("@type", "identifier", *PAYMENT)
    return {"payment": {name: sent[name] for name in names if name in sent}}
