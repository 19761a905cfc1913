"""The history as a file that can be kept: JSON, with all that the chain is computed from, and CSV for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from imin.payments.history_check import moment
from imin.payments.history_entry import HistoryEntry

_PROOF = (
    "hash = SHA-256 of previous, customer, number, at, card (or -), event, by and digest, joined by line feeds; "
    "digest = SHA-256 of salt, line feed and details_text; the first previous is 64 zeros; UTF-8, hexadecimal."
)
_COLUMNS = ("number", "at", "event", "by", "card", "brand", "last4", "details", "previous", "hash")


def as_json(customer_id: object, entries: Iterable[HistoryEntry]) -> dict[str, Any]:
    """Return the whole history, so that it can be proved without us."""
    return {"customer": str(customer_id), "proof": _PROOF, "entries": [_entry(entry) for entry in entries]}


def as_csv(entries: Iterable[HistoryEntry]) -> str:
    """Return one line for each entry; no cell begins as a formula does, since none begins with a person's text."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_COLUMNS)
    for entry in entries:
        card = [entry.card.id, entry.card.brand, entry.card.last4] if entry.card else ["", "", ""]
        table.writerow(
            [
                entry.number,
                moment(entry.at),
                entry.event,
                entry.by_whom,
                *card,
                entry.details,
                entry.previous,
                entry.hash,
            ]
        )
    return out.getvalue()


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    card = {"id": str(entry.card.id), "brand": entry.card.brand, "last4": entry.card.last4} if entry.card else None
    return {
        "number": entry.number,
        "at": moment(entry.at),
        "event": entry.event,
        "by": entry.by_whom,
        "card": card,
        "details": json.loads(entry.details) if entry.details else None,
        "details_text": entry.details,
        "salt": entry.salt,
        "digest": entry.digest,
        "previous": entry.previous,
        "hash": entry.hash,
    }
