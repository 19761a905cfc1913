"""The rows of Orders: one for each UUID of a booking partner, locked before anything else is."""

import json
from uuid import UUID

from psycopg.rows import DictRow

from sandbox.leisure import tax
from sandbox.leisure.authenticate import Caller
from sandbox.leisure.capacity import OrderKey
from sandbox.leisure.draft import Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.opportunity import price
from sandbox.leisure.store import Work
from sandbox.leisure.wire import API, Document


def begin(work: Work, draft: Draft) -> DictRow:
    """Return the locked row of the Order, made when this is the first that is heard of it."""
    work.execute(
        "INSERT INTO orders (partner, uuid, seller, created) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [*draft.key, draft.caller.seller.number, draft.now],
    )
    row = find(work, draft.key)
    if not row or row["seller"] != draft.caller.seller.number:
        raise OpenBookingError("OrderAlreadyExistsError")
    return row


def find(work: Work, key: OrderKey) -> DictRow | None:
    """Return the locked row of an Order, if it was ever heard of."""
    return work.execute("SELECT * FROM orders WHERE partner = %s AND uuid = %s FOR UPDATE", key).fetchone()


def find_own(work: Work, caller: Caller, uuid: UUID) -> DictRow | None:
    """Return the locked row of an Order of the caller's: another seller's is as unknown as one that never was."""
    row = find(work, (caller.partner, uuid))
    return row if row and row["seller"] == caller.seller.number else None


def find_any(work: Work, uuid: UUID) -> DictRow | None:
    """Return the locked row of an Order of any booking partner, as the test interface needs it."""
    return work.execute("SELECT * FROM orders WHERE uuid = %s FOR UPDATE", [uuid]).fetchone()


def items(work: Work, key: OrderKey) -> list[DictRow]:
    """Return the items of an Order, in its order."""
    query = "SELECT * FROM order_item WHERE partner = %s AND uuid = %s ORDER BY position, id"
    return work.execute(query, key).fetchall()


def name_item(work: Work, draft: Draft, index: int, shown: Document, *, status: str | None) -> Document:
    """Store the draft's item number `index`, which shows `shown`; return it with the `@id` that it keeps for good."""
    line = draft.lines[index]
    assert line.one
    row = work.execute(
        """
        INSERT INTO order_item (partner, uuid, position, opportunity, status, pence, tax_pence, data)
        VALUES (%s, %s, %s, %s, %s, %s, %s, '{}') RETURNING id
        """,
        [*draft.key, index, line.one.id, status, line.pence, line.tax_pence],
    ).fetchone()
    assert row
    named = {**shown, "@id": f"{API}/orders/{draft.uuid}#/orderedItems/{row['id']}"}
    set_item(work, row["id"], named)
    return named


def finish(work: Work, draft: Draft, *, asked: str, answer: Document) -> None:
    """Make it an Order: what B was asked, and what it answers whenever it is asked that again."""
    work.execute(
        "UPDATE orders SET stage = 'order', asked = %s, answer = %s WHERE partner = %s AND uuid = %s",
        [asked, json.dumps(answer, ensure_ascii=False), *draft.key],
    )


def set_item(work: Work, number: int, data: Document) -> None:
    """Store what an item shows."""
    work.execute("UPDATE order_item SET data = %s WHERE id = %s", [json.dumps(data, ensure_ascii=False), number])


def reprice(work: Work, item: DictRow, offer: Document, *, net: bool, **changed: Document) -> None:
    """Give an item another accepted `offer`, with the tax on it where there was tax, and what else `changed`."""
    data: Document = {**item["data"], **changed, "acceptedOffer": offer}
    taxed = "unitTaxSpecification" in data
    tax_pence = tax.of(price(offer), net=net) if taxed else 0
    if taxed:
        data["unitTaxSpecification"] = [tax.charge(tax_pence)]
    set_item(work, item["id"], data)
    work.execute(
        "UPDATE order_item SET pence = %s, tax_pence = %s WHERE id = %s", [price(offer), tax_pence, item["id"]]
    )


def set_status(work: Work, number: int, status: str) -> None:
    """Store the status of an item."""
    work.execute("UPDATE order_item SET status = %s WHERE id = %s", [status, number])
