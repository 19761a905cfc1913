"""The answer to a quote, a proposal or a booking, as JSON-LD."""

from sandbox.leisure import documents, payment, tax
from sandbox.leisure.draft import C1, Draft, Line
from sandbox.leisure.sellers import BOOKING_SERVICE
from sandbox.leisure.wire import API, CONTEXT, Document, id_of

_OFFER_IN_ORDERS = ("openBookingFlowRequirement", "openBookingInAdvance", "ageRange")


def compose(draft: Draft) -> Document:
    """Return the whole answer, without what its stage adds."""
    document: Document = {
        "@context": CONTEXT,
        "@type": draft.stage.document,
        "brokerRole": draft.body["brokerRole"],
        "bookingService": BOOKING_SERVICE,
        "seller": draft.caller.seller.in_order(),
        "orderedItem": [item(line, draft) for line in draft.lines],
        "totalPaymentDue": payment.due(draft),
        **payment.echoed(draft),
    }
    counted = [line.tax_pence for line in draft.lines if line.counts]
    if counted:
        document |= tax.said(counted, excluded=draft.untaxed)
    for name in ("broker", *(() if draft.stage is C1 else ("customer",))):
        if name in draft.body:
            document[name] = draft.body[name]
    return document


def item(line: Line, draft: Draft) -> Document:
    """Return one OrderItem."""
    document: Document = {"@type": "OrderItem"}
    if "position" in line.sent:
        document["position"] = line.sent["position"]
    document |= {name: id_ for name in ("acceptedOffer", "orderedItem") if (id_ := id_of(line.sent.get(name)))}
    if line.offer:
        document["acceptedOffer"] = offer(line.offer)
    if line.one:
        remaining = draft.places.free(line.one.id) if draft.places else None
        document["orderedItem"] = documents.in_order(line.one, remaining)
    document |= line.extra
    if line.errors:
        document["error"] = line.errors
    return document


def offer(full: Document) -> Document:
    """Return an offer as Orders show it: what it asks of the booking flow is open data only."""
    return {name: value for name, value in full.items() if name not in _OFFER_IN_ORDERS}


def order_id(path: str, uuid: object) -> str:
    """Return the `@id` of an Order, quote or proposal."""
    return f"{API}/{path}/{uuid}"
