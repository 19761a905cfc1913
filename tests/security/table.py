"""Writes the two tables of docs/reference/security.md: `python -m tests.security.table`."""

import os
import re
from pathlib import Path

import django

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "security.md"
_SHORT = {"sign in": "→", "anybody": "=", "console": "→ console"}


def written(page: str) -> str:
    """Return `page` with its tables as the tests demand the answers; its prose stays."""
    from tests.security.attacks import ATTACKS

    letters = [chr(ord("A") + index) for index in range(len(ATTACKS))]
    attacks = [[letter, one.name, one.does] for letter, one in zip(letters, ATTACKS, strict=True)]
    page = _replace(page, "Attacks", [["", "Attack", "What is sent"], *attacks])
    return _replace(page, "Answers", [["Route", "For", *letters], *_answers()])


def _answers() -> list[list[str]]:
    from tests.security.attacks import ATTACKS, answer_to
    from tests.security.routes import ROUTES

    return [
        [f"{method} `{route.address}`", route.kind.value]
        + [_SHORT.get(answer, answer) for attack in ATTACKS for answer in [answer_to(attack, route, method)]]
        for route in ROUTES
        for method in route.methods
    ]


def _replace(page: str, heading: str, rows: list[list[str]]) -> str:
    """Put `rows` in place of the first table under `heading`."""
    lines = [f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]
    table = re.compile(rf"(?s)(?<=\n## {heading}\n)(.*?\n)(?:\|[^\n]*\n)+")
    assert table.search(page), f"The page has no table under {heading}."
    return table.sub(lambda found: found[1] + "\n".join(lines) + "\n", page, count=1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imin.settings")
    django.setup()
    PAGE.write_text(written(PAGE.read_text()))
