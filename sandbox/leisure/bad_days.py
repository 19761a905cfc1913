"""Bad days on demand: what booking systems in the wild do to their brokers.

Each kind can be switched on for all requests (`control.py`), or for one by the header `X-Sandbox-Bad-Day`, for example
`slow=2000, feed=repeats`. The test interface and the provider stay as they are.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import Flask, Response, g, request

from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State

HEADER = "X-Sandbox-Bad-Day"
RETRY_SECONDS = "2"
FEEDS = ("", "repeats", "goes-back", "stops")
CONFLICT = 409
_LONGEST = 120_000
_QUOTES = ("/api/order-quote-templates/", "/api/order-quotes/")
_FINAL = ("/api/orders/", "/api/order-proposals/")
_CAPACITY = {
    "OpportunityIsFullError",
    "OpportunityHasInsufficientCapacityError",
    "OpportunityCapacityIsReservedByLeaseError",
}


@dataclass(frozen=True)
class BadDay:
    """What goes wrong; as it stands, nothing does.

    `slow`: milliseconds before every answer. `unavailable`: 503, `too_many`: 429, both with Retry-After. `html`: a page
    with status 200 instead of JSON. `broken`: 500, as if our own program had failed.
    `after_booking`: milliseconds between a booking that was made and its answer. `wrong_total`: one pound more is due
    than the items cost. `terse`: what is wrong with items is told at P and B by one error alone, as the text of the
    Open Booking API has it, and the broker asks C2 which. `feed`: a page `repeats` itself, the next one `goes-back` to
    the beginning, or the feed `stops` although there is more.
    """

    slow: int = 0
    unavailable: bool = False
    too_many: bool = False
    html: bool = False
    broken: bool = False
    after_booking: int = 0
    wrong_total: bool = False
    terse: bool = False
    feed: str = ""


class BadDayError(Exception):
    """A kind of bad day that does not exist, or a value that it cannot have; the message says which."""


def parse(values: dict[str, str]) -> BadDay:
    """Return the bad day that `values` describe, as a header or a form has them. Raises `BadDayError`."""
    kinds = {one.name: one.type for one in fields(BadDay)}
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kinds:
            raise BadDayError(f"There is no bad day {name!r}; there are {', '.join(kinds)}.")
        read[name] = _value(name, kinds[name], value.strip())
    return BadDay(**read)


def _value(name: str, kind: Any, text: str) -> bool | int | str:
    if kind is int and text.isdecimal() and int(text) <= _LONGEST:
        return int(text)
    if kind is bool and text in {"", "1", "true", "on"}:
        return True
    if kind is str and text in FEEDS:
        return text
    raise BadDayError(f"{name} cannot be {text!r}.")


class BadDays:
    """The bad day of this booking system, and what it does to requests; each process has its own."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.today = BadDay()

    def register(self, app: Flask) -> None:
        """Let bad days happen to feeds and booking API of `app`."""
        app.before_request(self._before)
        app.after_request(self._after)

    def _before(self) -> Response | None:
        try:
            g.bad_day = day = self._of_this_request()
        except BadDayError as error:  # of the sandbox's own: the Open Booking API has no such header and no such error
            return _plainly(400, f"{HEADER}: {error}")
        if day.slow:
            self.state.clock.pause(day.slow / 1000)
        if day.too_many:
            raise OpenBookingError("TooManyRequestsError", headers={"Retry-After": RETRY_SECONDS})
        if day.unavailable:
            return _unable()
        if day.broken:
            raise OpenBookingError("InternalApplicationError", "Nothing was changed.")
        if day.html:
            return Response("<!doctype html><title>Just a moment…</title><h1>Checking your browser</h1>")
        return None

    def _of_this_request(self) -> BadDay:
        if not request.path.startswith(("/api/", "/feeds/")) or request.path.startswith("/api/test-interface/"):
            return BadDay()
        sent = request.headers.get(HEADER)
        if sent is None:
            return self.today
        pairs = (part.partition("=") for part in sent.split(",") if part.strip())
        return parse({name.strip(): value for name, _, value in pairs})

    def _after(self, response: Response) -> Response:
        day: BadDay = g.get("bad_day", BadDay())
        if day.terse and response.status_code == CONFLICT and request.path.startswith(_FINAL):
            return _tersely(response)
        if day == BadDay() or response.status_code >= 400 or not response.is_json:
            return response
        if day.after_booking and request.method == "PUT" and request.path.startswith("/api/orders/"):
            self.state.clock.pause(day.after_booking / 1000)
        if day.wrong_total or day.feed:
            response.set_data(json.dumps(self._spoiled(day, json.loads(response.get_data())), ensure_ascii=False))
        return response

    def _spoiled(self, day: BadDay, document: dict[str, Any]) -> dict[str, Any]:
        due = document.get("totalPaymentDue")
        if day.wrong_total and due:
            document["totalPaymentDue"] = {**due, "price": round(due["price"] + 1, 2)}
        if document.get("items"):
            beginning = self.state.origin + request.path
            own = beginning + (f"?{request.query_string.decode()}" if request.query_string else "")
            match day.feed:
                case "repeats":
                    document["next"] = own
                case "goes-back":
                    document["next"] = beginning
                case "stops":
                    document |= {"items": [], "next": own}
        return document


def _tersely(response: Response) -> Response:
    """Put one error in the place of the Order whose items have errors: too few places, or anything else."""
    items = json.loads(response.get_data()).get("orderedItem", [])
    kinds = {error["@type"] for item in items for error in item.get("error", [])}
    kind = "OpportunityHasInsufficientCapacityError" if kinds <= _CAPACITY else "UnableToProcessOrderItemError"
    response.set_data(json.dumps(OpenBookingError(kind, "Repeat C2 to learn which item.").document))
    return response


def _unable() -> Response:
    """Say to come back later; a feed has no error objects (RPDE 1.0)."""
    headers = {"Retry-After": RETRY_SECONDS}
    if request.path.startswith(_FINAL):
        raise OpenBookingError(f"TemporarilyUnableTo{_DOES.get(request.method, 'UpdateOrder')}Error", headers=headers)
    if request.path.startswith(_QUOTES):
        raise OpenBookingError("TemporarilyUnableToProduceOrderQuoteError", headers=headers)
    return _plainly(503, "Nothing can be read just now.", headers)


def _plainly(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps({"error": sentence}), status, headers, mimetype="application/json")


_DOES = {"PUT": "CreateOrder", "DELETE": "DeleteOrder", "PATCH": "UpdateOrder"}


def in_words(day: BadDay) -> list[str]:
    """Return what is switched on, as the header has it."""
    on = {name: value for name, value in as_form(day).items() if value}
    return [name if value is True else f"{name}={value}" for name, value in on.items()]


def as_form(day: BadDay) -> dict[str, object]:
    """Return the bad day as its form and JSON show it."""
    return asdict(day)
