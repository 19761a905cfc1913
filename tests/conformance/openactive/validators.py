"""OpenActive's own validators (npm), as a function from documents and feeds to what they refuse."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.leisure import vocabulary
from tests.node import NodeMissingError, installed

HERE = Path(__file__).parent
ACTIVITIES = "https://openactive.io/activity-list"
Json = dict[str, Any]


def refused(*, documents: list[Json] = [], feeds: list[str] = []) -> list[str]:  # noqa: B006 never changed
    """Return a line for each failure; skips the test where Node is missing.

    A document is `{"name": what it is, "mode": the validation mode, "document": …}`; modes as in `seller-conformance`.
    """
    said = _node("validate.mjs", {"documents": documents, "feeds": feeds, "lists": {ACTIVITIES: _activities()}})
    # What `beta:` terms mean is published on the web alone, where the validator may not look here.
    return [line for line in said if '["beta:' not in line]


def harvested(feeds: dict[str, Json]) -> dict[str, Json]:
    """Return what the harvester of the official suite reads from each feed, and why it would give up.

    A feed is `{"url": …, "headers": …, "orders": whether it is one of a booking partner}`.
    """
    said: dict[str, Json] = _node("harvest.mjs", feeds)
    return said


def _node(script: str, asked: Json) -> Any:
    try:
        folder = installed(HERE)
    except NodeMissingError as missing:
        pytest.skip(f"{missing}: OpenActive's validators are not asked")
    ran = subprocess.run(
        [shutil.which("node") or "node", script],
        cwd=folder,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def _activities() -> Json:
    """Return the official activities that the sandbox uses, in the form of the official list."""
    concepts = [vocabulary.activity(label) for label in vocabulary.labels("activity-list")]
    listed = [{"id": one["@id"], "type": "Concept", "prefLabel": one["prefLabel"]} for one in concepts]
    return {"@context": "https://openactive.io/", "id": ACTIVITIES, "type": "ConceptScheme", "concept": listed}
