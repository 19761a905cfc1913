"""JSON-LD in and out.

Within the booking system every address of its own begins with `leisure:/` instead of the origin at which it is served;
here, at the edge, one is exchanged for the other. So nothing that is stored knows host or port.
"""

import json
from typing import Any

from flask import Response, request

from sandbox.leisure.errors import OpenBookingError

BOOKING = "application/vnd.openactive.booking+json; version=1"
RPDE = "application/vnd.openactive.rpde+json; version=1"
CONTEXT = "https://openactive.io/"
OWN = "leisure:/"
API = "leisure:/api"
Document = dict[str, Any]


def inward(text: str, origin: str) -> str:
    """Return JSON that came from outside as it is known within."""
    return text.replace(f'"{origin}/', f'"{OWN}')


def outward(text: str, origin: str) -> str:
    """Return our own JSON as it is known outside."""
    return text.replace(f'"{OWN}', f'"{origin}/')


def outward_address(address: str) -> str:
    """Return one of our own addresses as a link on our own pages has it."""
    return address.replace(OWN, "/", 1)


def body(origin: str) -> Document:
    """Return the document that the current request brings."""
    try:
        sent = json.loads(inward(request.get_data(as_text=True), origin))
    except ValueError:
        raise OpenBookingError("InternalOpenBookingError", "The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise OpenBookingError("InternalOpenBookingError", "The body is not a JSON object.")
    return sent


def answer(document: Document, origin: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return `document` as an answer of the Open Booking API."""
    text = outward(json.dumps(document, ensure_ascii=False), origin)
    return Response(text, status=status, content_type=BOOKING, headers={"Cache-Control": "no-store", **(headers or {})})


def made(document: Document, origin: str, *, failed: bool) -> Response:
    """Return the answer to P or B: the Order that was made and where it is, or the one with errors that was not."""
    if failed:
        return answer(document, origin, 409)
    return answer(document, origin, 201, {"Location": document["@id"].replace(OWN, f"{origin}/", 1)})


def nothing() -> Response:
    """Return the answer 204."""
    return Response(status=204)


def id_of(value: object) -> str:
    """Return the id that a property names, be it a plain id (as software sends it) or an object with `@id`."""
    if isinstance(value, dict):
        value = value.get("@id")
    return value if isinstance(value, str) else ""
