"""Shape expressions: what a request to the test interface says in detail of the opportunity that it wants.

The official suite sends them with `useShapeExpressions`, each of them following from the criterion that it names
beside. So what is made by the criterion fits; here that is verified, and whoever asks for something else is told so
instead of getting it without a word. A predicate that says nothing about what we know, such as a kind that it does not
concern, is left alone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.leisure import documents, durations
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.wire import Document

_OF_OPPORTUNITY, _OF_OFFER = "test:testOpportunityDataShapeExpression", "test:testOfferDataShapeExpression"
_BEFORE_START = "BeforeStartDate"  # a length of time in the data, a moment in the constraint


def check(body: Document, one: Opportunity) -> None:
    """Demand that `one` fits the shape expressions of `body`, where there are any."""
    offer = one.offers[0] if one.offers else {}
    known = {**SELLERS[one.seller].in_feed(), **(one.above.data if one.above else {}), **documents.in_feed(one)}
    for name, data in ((_OF_OPPORTUNITY, known), (_OF_OFFER, offer)):
        for triple in body.get(name, []):
            predicate = str(triple["predicate"]).rpartition(":")[2].rpartition("/")[2]
            if one.kind == "Slot" and predicate == "eventAttendanceMode":
                continue  # a court has none
            if why := _why_not(triple["valueExpr"], _value(data, predicate, one.starts)):
                raise OpenBookingError("InternalOpenBookingError", f"{predicate} {why}: ask for another criterion.")


def _value(data: Document, predicate: str, starts: datetime | None) -> Any:
    value = data.get(predicate)
    if value is not None and starts and predicate.endswith(_BEFORE_START):
        return starts - durations.parse(value)
    return value


def _why_not(wanted: Document, value: Any) -> str:
    """Return in what the value misses the constraint, empty when in nothing."""
    kind = str(wanted.get("@type", "")).removeprefix("test:")
    if value is None:
        return "is missing" if kind in _NEEDED and not wanted.get("allowNull") else ""
    return _CONSTRAINTS[kind](wanted, value) if kind in _CONSTRAINTS else ""


def _date(wanted: Document, value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    early = "minDate" in wanted and moment < datetime.fromisoformat(wanted["minDate"])
    late = "maxDate" in wanted and moment > datetime.fromisoformat(wanted["maxDate"])
    return "is too early" if early else "is too late" if late else ""


def _number(wanted: Document, value: Any) -> str:
    low, high = wanted.get("mininclusive", value), wanted.get("maxinclusive", value)
    return "" if low <= value <= high else f"is {value}"


def _yes_or_no(wanted: Document, value: Any) -> str:
    return "" if value is wanted.get("value") else f"is {value}"


def _option(wanted: Document, value: Any) -> str:
    allowed = value in wanted.get("allowlist", [value]) and value not in wanted.get("blocklist", [])
    return "" if allowed else f"is {value}"


def _list(wanted: Document, value: Any) -> str:
    fits = all(one in value for one in wanted.get("includesAll", []))
    fits = fits and not any(one in value for one in wanted.get("excludesAll", []))
    return "" if fits and len(value) >= wanted.get("minLength", 0) else "has other members"


def _nothing(wanted: Document, value: Any) -> str:
    _ = wanted
    return f"is {value}"


_NEEDED = {"NumericNodeConstraint", "BooleanNodeConstraint"}
_CONSTRAINTS: dict[str, Callable[[Document, Any], str]] = {
    "DateRangeNodeConstraint": _date,
    "NumericNodeConstraint": _number,
    "BooleanNodeConstraint": _yes_or_no,
    "OptionNodeConstraint": _option,
    "ArrayConstraint": _list,
    "NullNodeConstraint": _nothing,
}
