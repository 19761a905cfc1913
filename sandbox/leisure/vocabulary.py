"""Concepts from OpenActive's controlled vocabularies, by their labels.

The lists are openactive.io's, licensed under CC BY 4.0; `vocabulary.json` names their source.
"""

import json
from pathlib import Path
from typing import Any

_LISTS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "vocabulary.json").read_text(encoding="utf-8"))


def activity(label: str) -> dict[str, Any]:
    """Return the activity `label` as JSON-LD."""
    return _concept("activity-list", label)


def facility_type(label: str) -> dict[str, Any]:
    """Return the facility type `label` as JSON-LD."""
    return _concept("facility-types", label)


def accessibility_support(label: str) -> dict[str, Any]:
    """Return the kind of accessibility support `label` as JSON-LD."""
    return _concept("accessibility-support", label)


def labels(name: str) -> list[str]:
    """Return the labels of the list `name`."""
    return list(_LISTS[name])


def _concept(name: str, label: str) -> dict[str, Any]:
    scheme = f"https://openactive.io/{name}"
    return {"@type": "Concept", "@id": f"{scheme}#{_LISTS[name][label]}", "prefLabel": label, "inScheme": scheme}
