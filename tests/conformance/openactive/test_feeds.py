"""Every open feed: its pages by the RPDE validator, its items by the data model validator."""

import httpx2
import pytest

from sandbox.leisure.opportunity import PATHS
from tests.conformance.openactive.validators import Json, refused

ITEMS = 40  # of each feed: enough for every kind of item that the programme has


@pytest.fixture(scope="module")
def said(origin: str) -> list[str]:
    """What both validators refuse, in one run."""
    documents = [document for kind, path in PATHS.items() for document in _items(f"{origin}/feeds/{path}", kind)]
    assert len(documents) > ITEMS
    return refused(documents=documents, feeds=[f"{origin}/feeds/{path}" for path in PATHS.values()])


@pytest.mark.parametrize("kind", PATHS)
def test_the_feed_is_valid(said: list[str], kind: str) -> None:
    assert [line for line in said if line.startswith(f"{kind} ") or f"/feeds/{PATHS[kind]}" in line] == []


def test_nothing_else_is_refused(said: list[str]) -> None:
    assert said == []


def test_the_validators_do_refuse(origin: str) -> None:
    broken = {"@context": "https://openactive.io/", "@type": "ScheduledSession", "startDate": "yesterday"}
    documents = [{"name": "broken", "mode": "BookableRPDEFeed", "document": broken}]
    lines = refused(documents=documents, feeds=[f"{origin}/openactive"])
    assert any(line.startswith("broken: $.startDate") for line in lines)
    assert any("/openactive" in line for line in lines)


def _items(url: str, kind: str) -> list[Json]:
    page = httpx2.get(url, timeout=20).json()
    items = [item for item in page["items"] if item["state"] == "updated"]
    step = max(1, len(items) // ITEMS)
    return [
        {"name": f"{kind} {item['id']}", "mode": "BookableRPDEFeed", "document": item["data"]} for item in items[::step]
    ]
