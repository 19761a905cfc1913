"""RPDE 1.0 pages: the rules that every feed shares."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from sandbox.leisure.wire import Document, outward

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ITEMS = 500


@dataclass(frozen=True)
class Place:
    """Where in a feed a consumer is: after this item."""

    stamp: int
    id: str


def asked_place() -> Place:
    """Return the place that the current request names; the beginning, when it names none."""
    stamp = request.args.get("afterTimestamp", type=int)
    return Place(stamp or 0, request.args.get("afterId", ""))


def page(items: list[Document], last: Place | None, origin: str, *, open_data: bool, media: str) -> Response:
    """Return the page that holds `items`, the last of which is at `last`; without items, the last page.

    Open pages say how long they may be kept; order feeds may not be kept at all.
    """
    here = f"{origin}{request.path}"
    own = here + (f"?{request.query_string.decode()}" if request.query_string else "")
    answer: dict[str, Any] = {
        "next": f"{here}?afterTimestamp={last.stamp}&afterId={last.id}" if last else own,
        "items": items,
    }
    if open_data:
        answer["license"] = LICENCE
    text = outward(json.dumps(answer, ensure_ascii=False), origin)
    kept = f"public, max-age={3600 if items else 8}" if open_data else "no-store"
    return Response(text, content_type=media, headers={"Cache-Control": kept})
