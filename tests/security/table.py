"""Writes the tables of docs/reference/security.md: `python -m tests.security.table`."""

import logging
import os
import re
from pathlib import Path

import django

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "security.md"
_SHORT = {"sign in": "→", "anybody": "=", "console": "→ console"}


def written(page: str) -> str:
    """Return `page` with its tables as the tests demand the answers; its prose stays."""
    from tests.security.attacks import ATTACKS
    from tests.security.console import CONSOLE_ATTACKS

    letters = [chr(ord("A") + index) for index in range(len(ATTACKS))]
    attacks = [[letter, one.name, one.does] for letter, one in zip(letters, ATTACKS, strict=True)]
    page = _replace(page, "Attacks", [["", "Attack", "What is sent"], *attacks])
    page = _replace(page, "Answers", [["Route", "For", *letters], *_answers()])
    console = [[one.name, one.does, ", ".join(one.methods), one.answer] for one in CONSOLE_ATTACKS]
    return _replace(page, "The console", [["Who or what", "What is sent", "By", "Answer"], *console])


def _answers() -> list[list[str]]:
    from tests.security.attacks import ATTACKS, answer_to
    from tests.security.routes import ROUTES

    return [
        [f"{route.method} `{route.address}`", route.kind.value]
        + [_SHORT.get(answer, answer) for answer in (answer_to(attack, route) for attack in ATTACKS)]
        for route in ROUTES
    ]


def _replace(page: str, heading: str, rows: list[list[str]]) -> str:
    """Put `rows` in place of the first table under `heading`."""
    lines = [f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]
    table = re.compile(rf"(?s)(?<=\n## {heading}\n)(.*?\n)(?:\|[^\n]*\n)+")
    assert table.search(page), f"The page has no table under {heading}."
    return table.sub(lambda found: found[1] + "\n".join(lines) + "\n", page, count=1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imin.settings")
    logging.disable()  # the views are asked with a method that they do not take, and say so
    django.setup()
    PAGE.write_text(written(PAGE.read_text()))
