"""A booking that the seller cancels, with a word to the customer or without."""

from datetime import datetime

from psycopg.rows import DictRow

from sandbox.leisure import opportunity, orders
from sandbox.leisure.cancel import end
from sandbox.leisure.publish import publish
from sandbox.leisure.store import Work

MESSAGE = "The instructor is ill. We are sorry, and pay back all that you paid."


def cancel(work: Work, row: DictRow, now: datetime) -> None:
    """Cancel every item."""
    _ = now
    items = orders.items(work, (row["partner"], row["uuid"]))
    rows = opportunity.read(work, [item["opportunity"] for item in items], lock=True)
    end(work, items, rows, "SellerCancelled")
    publish(work, row)


def cancel_with_message(work: Work, row: DictRow, now: datetime) -> None:
    """Cancel every item, and say why."""
    for item in orders.items(work, (row["partner"], row["uuid"])):
        orders.set_item(work, item["id"], {**item["data"], "cancellationMessage": MESSAGE})
    cancel(work, row, now)
