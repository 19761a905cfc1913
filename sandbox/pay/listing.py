"""Lists: newest first, in pages."""

from typing import Any

from sandbox.pay.errors import invalid
from sandbox.pay.store import Record

PAGING = ("limit:int", "starting_after", "ending_before")
CREATED = ("created:int", "created[gt]:int", "created[gte]:int", "created[lt]:int", "created[lte]:int")
_COMPARE = {
    "gt": lambda made, limit: made > limit,
    "gte": lambda made, limit: made >= limit,
    "lt": lambda made, limit: made < limit,
    "lte": lambda made, limit: made <= limit,
}


def page(records: list[Record], params: dict[str, Any], url: str) -> Record:
    """Return the page of `records` (given oldest first) that `params` ask for."""
    newest = [record for record in reversed(records) if _in_time(record, params.get("created"))]
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("limit is a number from 1 to 100.", param="limit")
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise invalid("starting_after and ending_before exclude each other.", param="ending_before")
    if before:
        newest = newest[: _place(newest, before, "ending_before")]
        shown, more = newest[-limit:], len(newest) > limit
    else:
        start = _place(newest, after, "starting_after") + 1 if after else 0
        shown, more = newest[start : start + limit], len(newest) > start + limit
    return {"object": "list", "url": url, "has_more": more, "data": shown}


def _place(records: list[Record], object_id: str, param: str) -> int:
    for place, record in enumerate(records):
        if record["id"] == object_id:
            return place
    raise invalid(f"{param} is not an object of this list.", code="resource_missing", param=param)


def _in_time(record: Record, created: Any) -> bool:
    if created is None:
        return True
    if isinstance(created, int):
        return bool(record["created"] == created)
    return all(_COMPARE[word](record["created"], limit) for word, limit in created.items())
