"""How one gets in: codes, barcodes and pictures at the door, or where to dial in (Open Booking API, "Access control").

Only a booked item has them. They are made up once, and change only when the seller changes them.
"""

import secrets

from sandbox.leisure.opportunity import Opportunity
from sandbox.leisure.wire import CONTEXT, Document

BETA = "https://openactive.io/ns-beta"
PICTURES = "https://leisure.example/passes"  # https, as every pass has to be shown by any broker's page
ONLINE = ("https://schema.org/OnlineEventAttendanceMode", "https://schema.org/MixedEventAttendanceMode")


def give(one: Opportunity) -> Document:
    """Return what an item booked on `one` says of access."""
    return {"accessChannel": channel()} if is_online(one) else {"accessCode": codes(), "accessPass": passes()}


def is_online(one: Opportunity) -> bool:
    """Say whether one takes part from home, by its own word or else by its series' word."""
    above = one.above.data if one.above else {}
    return one.data.get("eventAttendanceMode", above.get("eventAttendanceMode")) in ONLINE


def codes() -> list[Document]:
    """Return a new code for the keypad at the door."""
    return [{"@type": "PropertyValue", "name": "Pin Code", "description": f"{secrets.randbelow(10**6):06}"}]


def passes() -> list[Document]:
    """Return a new pass to show, and a new barcode to scan."""
    text = f"{secrets.randbelow(10**10):010}"
    return [
        {"@type": "ImageObject", "url": f"{PICTURES}/{text}.png"},
        {"@type": "Barcode", "text": text, "url": f"{PICTURES}/{text}-code.png", "beta:codeType": "code128"},
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
