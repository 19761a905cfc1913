"""An answer as a set of lines, one for each property: `path type`, or `path = value` where the value has a meaning.

What a seller says of its sites and activities is its own affair: nothing below `location`, `activity` and
`facilityType` is compared.
"""

from collections.abc import Iterator
from typing import Any

MEANT = (
    "@context",
    "openBookingPrepayment",
    "orderRequiresApproval",
    "remainingAttendeeCapacity",
    "remainingUses",
    "statusCode",
    "totalPaymentDue.price",
)
OWN_AFFAIR = ("location", "activity", "facilityType")
ENUMERATIONS = ("https://openactive.io/", "https://schema.org/")


def lines(body: Any) -> set[str]:
    """Return the lines of a JSON document."""
    return set(_lines("", body))


def _lines(path: str, value: Any) -> Iterator[str]:
    name = path.rpartition(".")[2].removesuffix("[]")
    if isinstance(value, dict) and name not in OWN_AFFAIR:
        for key, inner in value.items():
            yield from _lines(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and name not in OWN_AFFAIR and name != "@context":
        for inner in value:
            yield from _lines(f"{path}[]", inner)
    elif _meant(path, name, value):
        yield f"{path} = {value}"
    else:
        yield f"{path} {_type(value)}"


def _meant(path: str, name: str, value: Any) -> bool:
    if isinstance(value, str) and value.startswith(ENUMERATIONS) and name not in ("@id", "url"):
        return True
    return name == "@type" or path.endswith(MEANT)


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    return {str: "text", int: "number", float: "number", dict: "object", list: "list"}.get(type(value), "nothing")
