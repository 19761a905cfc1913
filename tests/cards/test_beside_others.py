"""The comparison with other card pages names tests that exist, and nothing of others without an address."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "reference" / "cards.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| |"))
]
SEEN = dict(re.findall(r"^\[(\w\d)\]: (https://\S+)$", PAGE, re.MULTILINE))


def named_tests(text: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)


def test_each_named_test_exists():
    missing = [
        f"{file}::{name}"
        for file, name in named_tests(PAGE)
        if not (ROOT / file).exists() or f"\ndef {name}(" not in (ROOT / file).read_text()
    ]
    assert missing == []


def test_each_feature_of_ours_has_a_test():
    assert len(ROWS) > 15
    assert [row[0] for row in ROWS if not named_tests(row[1])] == []


def test_what_is_said_of_others_has_an_address_that_stands_below():
    unproved = [
        (row[0], cell)
        for row in ROWS
        for cell in row[2:]
        if "not documented" not in cell and not re.search(r"\(\[\w\d\]\)", cell)
    ]
    assert unproved == []
    cited = set(re.findall(r"\(\[(\w\d)\]\)", PAGE))
    assert cited == set(SEEN)
