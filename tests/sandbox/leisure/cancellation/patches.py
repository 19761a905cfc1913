"""Requests to cancel."""

from tests.sandbox.leisure.partner import OA, Json

CANCELLED, CONFIRMED = f"{OA}CustomerCancelled", f"{OA}OrderItemConfirmed"


def patch(*items: Json | str, status: str = CANCELLED, **more: object) -> Json:
    """Return U's request for items, or for whatever has these ids."""
    ids = [item if isinstance(item, str) else item["@id"] for item in items]
    listed = [{"@type": "OrderItem", "@id": id_, "orderItemStatus": status} for id_ in ids]
    return {"@context": OA, "@type": "Order", "orderedItem": listed, **more}


def statuses(told: Json | None) -> list[str]:
    """Return the statuses of the items that a feed tells of."""
    assert told
    return [item["orderItemStatus"] for item in told["data"]["orderedItem"]]
