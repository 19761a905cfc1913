"""Telling a booking partner that an Order changed: its document in the Orders feed, without anything personal.

An Order is published after its first change, never by the booking itself (Open Booking API, "Orders feed").
"""

import json
from uuid import UUID

from psycopg.rows import DictRow

from sandbox.leisure import access, orders, tax
from sandbox.leisure.answer import order_id
from sandbox.leisure.capacity import OrderKey
from sandbox.leisure.money import priced
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.store import Work
from sandbox.leisure.wire import CONTEXT, Document

CANCELLED = ("CustomerCancelled", "SellerCancelled")
ORDERS, PROPOSALS = "orders", "order-proposals"
_NOT_IN_FEED = ("position", "attendee", "attendeeDetailsRequired", "orderItemIntakeForm", "orderItemIntakeFormResponse")


def publish(work: Work, row: DictRow) -> None:
    """Put the Order of the locked `row` at the end of its booking partner's Orders feed, as it is now."""
    items = orders.items(work, (row["partner"], row["uuid"]))
    shown = [in_feed(item, row["seller"]) for item in items]
    data: Document = {
        "@context": access.context(shown),
        "@type": "Order",
        "@id": order_id("orders", row["uuid"]),
        "identifier": str(row["uuid"]),
        "orderedItem": shown,
        **totals(row, items),
    }
    put(work, ORDERS, (row["partner"], row["uuid"]), data)


def proposal_in_feed(row: DictRow, items: list[DictRow]) -> Document:
    """Return what the OrderProposals feed says of a proposal."""
    return {
        "@context": CONTEXT,
        "@type": "OrderProposal",
        "@id": order_id("order-proposals", row["uuid"]),
        "identifier": str(row["uuid"]),
        "orderProposalStatus": f"https://openactive.io/{row['proposal_status']}",
        "orderProposalVersion": row["proposal_version"],
        "orderedItem": [_shown(item, row["seller"]) for item in items],
        **({"orderSellerNote": row["seller_note"]} if row["seller_note"] else {}),
        **totals(row, items),
    }


def put(work: Work, feed: str, key: OrderKey, data: Document | None) -> None:
    """Put `data` at the end of a feed, in place of what the feed said of that UUID; None: deleted."""
    text = None if data is None else json.dumps(data, ensure_ascii=False)
    work.execute(
        """
        INSERT INTO order_feed (feed, partner, uuid, data) VALUES (%s, %s, %s, %s)
        ON CONFLICT (feed, partner, uuid) DO UPDATE SET data = EXCLUDED.data
        """,
        [feed, *key, text],
    )


def remove(work: Work, feed: str, partner: str, uuid: UUID) -> None:
    """Mark as deleted what a feed said of a UUID, if it ever did."""
    work.execute("UPDATE order_feed SET data = NULL WHERE feed = %s AND partner = %s AND uuid = %s",
                 [feed, partner, uuid])  # fmt: skip


def totals(row: DictRow, items: list[DictRow]) -> Document:
    """Return what is to be paid for the items that are not cancelled."""
    kept = [item for item in items if item["status"] not in CANCELLED]
    said = row["answer"] or row["proposal"]
    net = said["seller"]["taxMode"].endswith("TaxNet")
    due = sum(item["pence"] + (item["tax_pence"] if net else 0) for item in kept)
    return {
        "totalPaymentDue": {**said["totalPaymentDue"], **priced(due)},
        **tax.said((item["tax_pence"] for item in kept), excluded="taxCalculationExcluded" in said),
    }


def in_feed(item: DictRow, seller: int) -> Document:
    """Return an item as the feed shows it."""
    return {**_shown(item, seller), "orderItemStatus": f"https://openactive.io/{item['status']}"}


def _shown(item: DictRow, seller: int) -> Document:
    """Return an item without its status, and without anything personal."""
    shown = {name: value for name, value in item["data"].items() if name not in _NOT_IN_FEED}
    return {**shown, "orderedItem": _with_provider(shown["orderedItem"], seller)}


def _with_provider(thing: Document, seller: int) -> Document:
    """Return an opportunity of which a facility names its provider, as the model of this feed demands."""
    facility = thing.get("facilityUse")
    if not facility:
        return thing
    provider = {"provider": SELLERS[seller].in_feed()}
    whole = facility.get("aggregateFacilityUse")
    if not whole:
        return {**thing, "facilityUse": {**facility, **provider}}
    return {**thing, "facilityUse": {**facility, **provider, "aggregateFacilityUse": {**whole, **provider}}}
