"""The 202 recorded scenarios: the same requests, and answers that agree, but for the differences that are listed."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sandbox.leisure import app
from tests.sandbox.leisure.partner import Json, Partner
from tests.sandbox.leisure.recorded.replay import RECORDED, Replay

LISTED = Path(__file__).parent / "recorded" / "differences.json"
SCENARIOS: list[Json] = RECORDED["scenarios"]
COMPLETE = 144  # scenarios in which ours lack nothing that the reference said; docs/reference/leisure-features.md


def _short(name: str) -> str:
    """Return a scenario's name as one that can be typed: test, kind and flow."""
    return re.sub(r"[^\w-]+", "-", name.partition(">> ")[2]).strip("-").replace("OpenBooking", "")


@cache
def _listed() -> list[tuple[str, re.Pattern[str]]]:
    rows = json.loads(LISTED.read_text(encoding="utf-8"))["differences"]
    return [(row[0], re.compile(re.escape(row[0]).replace(r"\*", ".*"))) for row in rows]


@pytest.fixture(scope="module")
def differences(state: app.State, partner: Partner) -> dict[str, list[str]]:
    """What was met in each scenario. Each plays a booking partner of its own, so that its feeds are short."""
    found = {}
    for number, scenario in enumerate(SCENARIOS):
        own = replace(partner, name=f"recorded-{number}", seller=scenario["seller"])
        found[scenario["name"]] = Replay(state, own).run(scenario["steps"])
    return found


@pytest.mark.parametrize("name", [pytest.param(one["name"], id=_short(one["name"])) for one in SCENARIOS])
def test_it_differs_only_as_listed(differences: dict[str, list[str]], name: str) -> None:
    unlisted = [one for one in differences[name] if not any(known.fullmatch(one) for _, known in _listed())]
    assert unlisted == [], unlisted


def test_every_listed_difference_still_occurs(differences: dict[str, list[str]]) -> None:
    met = {one for found in differences.values() for one in found}
    gone = [text for text, known in _listed() if not any(known.fullmatch(one) for one in met)]
    assert gone == [], "take these lines out of differences.json"


def test_all_behave_alike_and_most_say_everything_that_was_recorded(differences: dict[str, list[str]]) -> None:
    """Alike: each status, error, number of places, status of an item or proposal. What ours say besides is listed."""
    otherwise = [name for name, found in differences.items() if any(" there, " in one for one in found)]
    assert (len(SCENARIOS), otherwise) == (202, [])
    complete = [name for name, found in differences.items() if not any(" - " in one for one in found)]
    assert len(complete) == COMPLETE
