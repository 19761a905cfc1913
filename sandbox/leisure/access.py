"""How one gets in: codes, barcodes and pictures at the door, or where to dial in (Open Booking API, "Access control").

Only a booked item has them. They are made up once, and change only when the seller changes them. The pictures of passes
are drawn by `passes.py` and served by us. What the test interface made has pictures at an https address that leads
nowhere: the official suite refuses passes at any other, and never looks at them.
"""

import secrets

from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.wire import CONTEXT, Document

BETA = "https://openactive.io/ns-beta"
NOWHERE = "https://leisure.example/passes"
ONLINE = ("https://schema.org/OnlineEventAttendanceMode", "https://schema.org/MixedEventAttendanceMode")


def give(one: Opportunity, pictures: str) -> Document:
    """Return what an item booked on `one` says of access; `pictures` is the folder of those of passes."""
    if is_online(one):
        return {"accessChannel": channel()}
    return {"accessCode": codes(), "accessPass": passes(NOWHERE if one.dataset else pictures)}


def is_online(one: Opportunity) -> bool:
    """Say whether one takes part from home, by its own word or else by its series' word."""
    above = one.above.data if one.above else {}
    return one.data.get("eventAttendanceMode", above.get("eventAttendanceMode")) in ONLINE


def codes() -> list[Document]:
    """Return a new code for the keypad at the door."""
    return [{"@type": "PropertyValue", "name": "Pin Code", "description": f"{secrets.randbelow(10**6):06}"}]


def passes(pictures: str) -> list[Document]:
    """Return a new pass to show, and a new barcode to scan, with pictures in the folder `pictures`."""
    text = f"{secrets.randbelow(10**10):010}"
    return [
        {"@type": "ImageObject", "url": f"{pictures}/{text}.svg"},
        {"@type": "Barcode", "text": text, "url": f"{pictures}/{text}-code.svg", "beta:codeType": "code128"},
    ]


def channel() -> Document:
    """Return a new place to dial in."""
    number = f"{secrets.randbelow(10**10):010}"
    return {
        "@type": "VirtualLocation",
        "name": "Video call",
        "description": "Please join a few minutes before it begins",
        "url": f"https://leisure.example/calls/{number}",
        "accessId": number,
        "accessCode": f"{secrets.randbelow(10**6):06}",
    }


def context(items: list[Document]) -> object:
    """Return the `@context` of a document with `items`: barcodes name their kind in OpenActive's beta vocabulary."""
    return [CONTEXT, BETA] if any("accessPass" in item for item in items) else CONTEXT
