"""docs/reference/leisure-features.md says what is so: the suite's features, and where each is tested."""

import json
import re
from pathlib import Path

from tests.sandbox.leisure import test_recorded

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGE = (ROOT / "docs" / "reference" / "leisure-features.md").read_text(encoding="utf-8")
CONFIG = json.loads((ROOT / "docs" / "guides" / "leisure-test-suite.json").read_text(encoding="utf-8"))
FEATURES = CONFIG["integrationTests"]["implementedFeatures"]
ROWS = re.findall(r"^\| `([a-z-]+)` \| ([\w ]+) \| (?:`([\w/.]+)`)? *\|$", PAGE, re.MULTILINE)
SAID = {"yes": True, "no": False, "with OpenID": False, "not tested by the suite": None}


def test_the_features_are_the_configurations() -> None:
    assert {name: SAID[said] for name, said, _ in ROWS} == FEATURES
    assert len(ROWS) == len(FEATURES)


def test_each_is_tested_where_the_page_says_by_name() -> None:
    for name, said, path in ROWS:
        assert bool(path) or said in ("no", "not tested by the suite")
        if path and (ROOT / path).parent != HERE:
            words = (ROOT / path).read_text(encoding="utf-8").partition('"""\n')[0]
            assert _named(name, words), f"{path} does not name {name}"


def test_every_test_of_a_category_is_on_the_page() -> None:
    files = {str(file.relative_to(ROOT)) for file in HERE.glob("*/test_*.py")}
    assert files == {path for _, _, path in ROWS if path and (ROOT / path).parent != HERE}


def test_the_counts_of_the_replay_are_those_of_the_test() -> None:
    counts = [int(number) for number in re.findall(r"^\| .* \| (\d+) \|$", PAGE, re.MULTILINE)]
    scenarios = len(test_recorded.SCENARIOS)
    assert counts == [scenarios, scenarios, test_recorded.COMPLETE]
    assert f"the {scenarios - test_recorded.COMPLETE} scenarios that lack something" in PAGE


def _named(feature: str, words: str) -> bool:
    """Say whether a test's first words name a feature, be it by its own end only: `…-message`."""
    ends = re.findall(r"…-?([a-z-]+)", words)
    return feature in words or any(feature.endswith(end.strip("-")) for end in ends)
