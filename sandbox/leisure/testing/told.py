"""What a seller tells those who booked: notices, who came and who did not, and another way in."""

from collections.abc import Callable
from datetime import datetime

from psycopg.rows import DictRow

from sandbox.leisure import access, orders
from sandbox.leisure.publish import CANCELLED, publish
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document

NOTICE = "Please bring a towel: the towel service is closed today."
OrderAction = Callable[[Work, DictRow, datetime], None]


def notice(item: Document) -> Document:
    """Tell the customer something."""
    return {**item, "customerNotice": NOTICE}


def access_code(item: Document) -> Document:
    """Change the code at the door, where there is one."""
    return {**item, "accessCode": access.codes()} if "accessCode" in item else item


def access_pass(item: Document) -> Document:
    """Change the pass, where there is one."""
    if "accessPass" not in item:
        return item
    return {**item, "accessPass": access.passes(item["accessPass"][0]["url"].rpartition("/")[0])}


def access_channel(item: Document) -> Document:
    """Change where one dials in, where one does."""
    return {**item, "accessChannel": access.channel()} if "accessChannel" in item else item


def _telling(change: Callable[[Document], Document]) -> OrderAction:
    def act(work: Work, row: DictRow, now: datetime) -> None:
        _ = now
        for item in orders.items(work, (row["partner"], row["uuid"])):
            if item["status"] not in CANCELLED:
                orders.set_item(work, item["id"], change(item["data"]))
        publish(work, row)

    return act


def _attendance(status: str) -> OrderAction:
    def act(work: Work, row: DictRow, now: datetime) -> None:
        _ = now
        for item in orders.items(work, (row["partner"], row["uuid"])):
            if item["status"] not in CANCELLED:
                orders.set_status(work, item["id"], status)
        publish(work, row)

    return act


TOLD_ACTIONS: dict[str, OrderAction] = {
    "CustomerNotice": _telling(notice),
    "AccessCodeUpdate": _telling(access_code),
    "AccessPassUpdate": _telling(access_pass),
    "AccessChannelUpdate": _telling(access_channel),
    "AttendeeAttended": _attendance("AttendeeAttended"),
    "AttendeeAbsent": _attendance("AttendeeAbsent"),
}
