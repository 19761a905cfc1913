"""The open feeds: one RPDE feed for each kind of opportunity, ordered by stamp and id (see schema.sql about stamps)."""

from collections.abc import Callable

from flask import Blueprint, Response

from sandbox.leisure import documents, opportunity
from sandbox.leisure.opportunity import COLUMNS, PATHS, from_row
from sandbox.leisure.pages import ITEMS, Place, asked_place, page
from sandbox.leisure.state import State
from sandbox.leisure.wire import RPDE, Document

_QUERY = f"""
    SELECT {COLUMNS} FROM opportunity
    WHERE kind = %(kind)s AND (modified, id) > (%(stamp)s, %(id)s) AND modified < (SELECT horizon())
    ORDER BY modified, id LIMIT {ITEMS}
"""  # noqa: S608 our own columns


def blueprint(state: State) -> Blueprint:
    """Return the routes `/feeds/{kind}`."""
    routes = Blueprint("feeds", __name__, url_prefix="/feeds")
    for kind, path in PATHS.items():
        routes.add_url_rule(f"/{path}", path, _feed(state, kind))
    return routes


def _feed(state: State, kind: str) -> Callable[[], Response]:
    def view() -> Response:
        place = asked_place()
        after = int(place.id) if place.id.isdecimal() else 0
        values = {"kind": kind, "stamp": place.stamp, "id": after}
        with state.store.reading() as work:
            found = [from_row(row) for row in work.execute(_QUERY.encode(), values)]
            if kind == "Event":
                opportunity.add_parents(work, found)
        items: list[Document] = []
        for one in found:
            item = {"state": "deleted", "kind": _kind(kind, one.unit), "id": one.id, "modified": one.modified}
            if not one.removed:
                item |= {"state": "updated", "data": documents.in_feed(one)}
            items.append(item)
        last = Place(found[-1].modified, str(found[-1].id)) if found else None
        return page(items, last, state.origin, open_data=True, media=RPDE)

    return view


def _kind(kind: str, unit: int | None) -> str:
    if kind == "Slot":
        return "IndividualFacilityUse/Slot" if unit else "FacilityUse/Slot"
    return kind
