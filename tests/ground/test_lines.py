"""The lines themselves, as the web process writes them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from imin.ground import log

NUMBER = "4242424242424242"


@pytest.fixture(params=["json", "text"])
def written(request, settings) -> Iterator[Callable[[], str]]:
    """What was written until now, in either format."""
    root, sink = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    settings.LOG_FORMAT = request.param
    log.configure()
    root.handlers[0].setStream(sink)  # type: ignore[attr-defined]
    structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})
    yield sink.getvalue
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "value", [NUMBER, int(NUMBER), float(NUMBER), [NUMBER], {"number": int(NUMBER)}, (f"card {NUMBER}",)]
)
def test_a_card_number_is_removed_whatever_it_stands_in(written, value):
    log.logger("x").info("seen", value=value)
    assert "seen" in written()
    assert NUMBER not in written()


def test_a_card_number_is_removed_from_a_fault_too(written):
    try:
        int(f"{NUMBER} is no number")
    except ValueError:
        log.logger("x").exception("broken")
    assert "ValueError" in written()
    assert "test_lines.py" in written()
    assert NUMBER not in written()


def test_libraries_are_scrubbed_as_well(written):
    logging.getLogger("some.library").warning("paid with %s", NUMBER)
    assert "paid with" in written()
    assert "some.library" in written()
    assert NUMBER not in written()


def test_each_event_is_one_line_that_says_who_and_how_bad(written):
    log.logger("imin.x").warning("first")
    log.logger("imin.y").debug("not told")
    with structlog.contextvars.bound_contextvars(request="r1"):
        log.logger("imin.y").info("second", broker="acme")
    first, second = written().splitlines()
    assert {"first", "warning", "imin.x"} <= words(first)
    assert {"second", "info", "imin.y", "r1", "acme"} <= words(second)


def words(line: str) -> set[Any]:
    if line.startswith("{"):
        return set(json.loads(line).values())
    return {word.strip("[]").partition("=")[2] or word.strip("[]") for word in line.split()}
