"""Silences each check in turn and plays the cases meant for it: `python -m tests.conformance.openid.mutate`.

Writes docs/reference/conformance.md. Fails when nobody notices that a check is lost, or a case is red without that.
"""

import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent


class Watch:
    """A pytest plugin that remembers which cases went red."""

    def __init__(self) -> None:
        self.red: dict[str, dict[str, bool]] = {}
        self.broken: list[str] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        """Remember a failure of the case itself; one before or after it is a fault of the bench."""
        report = (yield).get_result()
        mutation, case = item.callspec.params["mutation"], item.callspec.params["case"]
        if report.when == "call" and mutation:
            self.red.setdefault(mutation.name, {})
            if report.failed:
                self.red[mutation.name][case.name] = "HarmError" in call.excinfo.typename
        elif report.failed:
            self.broken.append(f"{case.name} ({report.when}): {call.excinfo.exconly()[:200]}")


def main() -> int:
    """Play everything, print and write the tables, and return the exit status."""
    watch = Watch()
    pytest.main([str(HERE / "mutants.py"), "--tb=no", "-q", "-W", "ignore"], plugins=[watch])
    from tests.conformance.openid import page
    from tests.conformance.openid.mutation import mutations

    table = Table("Check", "Paragraph", "Cases that went red", "of", "with harm")
    survivors = []
    for one in mutations():
        red = watch.red.get(one.name, {})
        if not red:
            survivors.append(one.name)
        table.add_row(one.name, one.check.paragraph, str(len(red)), str(len(one.aimed)), str(sum(red.values())))
    console = Console(width=140)
    console.print(table)
    for broken in watch.broken:
        console.print(f"Red without a mutation: {broken}", markup=False)
    for survivor in survivors:
        console.print(f"Nobody notices when this check is lost: {survivor}", markup=False)
    if not watch.broken:
        page.PAGE.write_text(page.written(watch.red))
    return 1 if survivors or watch.broken else 0


if __name__ == "__main__":
    sys.exit(main())
