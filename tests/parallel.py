"""Tests on several workers at once (`make test`): a file stays on one of them, those that take longest begin.

A test that says itself what it stays together with (`xdist_group`) does that instead.

Each worker has a database and a demo of its own; all share one PostgreSQL, which the controller starts and stops.
"""

import os
from pathlib import Path

import pytest

OWN = ("DJANGO_SETTINGS_MODULE", "IMIN_DATABASE_NAME")  # what a worker must not have from the controller
LONG = (
    "journeys",
    "deploy",
    "conformance/certified",
    "payments/test_sequences",
    "languages/test_pages",
    "security/test_matrix",
    "sandbox/leisure/test_recorded",
    "sandbox/browser",
    "sandbox/leisure",
    "conformance",
    "languages",
    "security",
    "payments",
)
"""The longest first, so that at the end no worker has a long file to itself while the others have nothing to do."""
_TESTS = Path(__file__).parent


def is_worker() -> bool:
    """Say whether this process is one of several that run tests."""
    return bool(worker())


def worker() -> str:
    """Return the worker's name, such as `gw0`; empty when there is only one process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "")


def has_workers(config: pytest.Config) -> bool:
    """Say whether this process hands tests to workers."""
    return bool(config.getoption("numprocesses", None)) and not is_worker()


def arrange(items: list[pytest.Item]) -> None:
    """Mark each file as one piece of work, and let the long ones go first.

    What shares the running demo is two pieces, so that no more than two demos run beside each other.
    """
    demo = dict.fromkeys(item.path for item in items if "stack" in getattr(item, "fixturenames", ()))
    shared = {path: f"demo {number % 2}" for number, path in enumerate(demo)}
    shared |= {item.path: "certified" for item in items if _place(item).startswith("conformance/certified")}
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(shared.get(item.path, _place(item))))
    if is_worker():
        items.sort(key=_turn)
        for item in items:
            _say_group(item)


def _say_group(item: pytest.Item) -> None:
    """Write the group behind the name, as xdist 3.8 means to: what it writes to, pytest 9.2 does not read."""
    assert item.parent
    groups = sorted(str(mark.args[0]) for mark in item.iter_markers("xdist_group"))
    item._id = item.parent.id.child(f"{item.name}@{'_'.join(groups)}")


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, place in enumerate(LONG) if _place(item).startswith(place)), len(LONG))


def _place(item: pytest.Item) -> str:
    return item.path.relative_to(_TESTS).as_posix()
