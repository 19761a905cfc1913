"""Is anything left of an erased person? Every column of every table is searched, and files such as logs.

What there is to search is asked of the catalogue, so that a table made later is searched too. What is encrypted cannot
be read; nothing encrypted is kept of an erased Customer.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from imin.ground.database import role

SHORTEST = 3
_TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname),
        array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\\_%%'
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Trace:
    """Where something was found: a table's column, or a file's line; `value` is its number among those searched."""

    where: str
    value: int
    times: int = 1

    def __str__(self) -> str:
        return f"{self.where}: value {self.value}" + (f", {self.times} times" if self.times > 1 else "")


def in_database(values: Sequence[str]) -> Iterator[Trace]:
    """Yield each column that holds one of `values`, whatever the case. As the owner; reads every table."""
    with connections[role()].cursor() as cursor:
        cursor.execute(_TABLES)
        for table, columns in cursor.fetchall():
            yield from _in_table(cursor, table, columns, values)


def in_files(values: Sequence[str], paths: Iterable[Path]) -> Iterator[Trace]:
    """Yield each line of the files at `paths`, and below them, that holds one of `values`."""
    forms = [[form.casefold() for form in _forms(value)] for value in values]
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                yield from _in_file(file, forms)


def _in_table(cursor: Any, table: str, columns: list[str], values: Sequence[str]) -> Iterator[Trace]:
    counts, wanted = [], []
    for column in columns:
        for value in values:
            patterns = [f"%{_literal(form)}%" for form in _forms(value)]
            counts.append(f'count(*) FILTER (WHERE "{column}"::text ILIKE ANY (%s))')
            wanted.append(patterns)
    cursor.execute(f"SELECT {', '.join(counts)} FROM {table}", wanted)  # noqa: S608 names come from the catalogue
    found = iter(cursor.fetchone())
    for column in columns:
        for number in range(1, len(values) + 1):
            if times := next(found):
                yield Trace(f"{table}.{column}", number, times)


def _in_file(file: Path, forms: list[list[str]]) -> Iterator[Trace]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for at, line in enumerate(lines, start=1):
            text = line.casefold()
            for number, ways in enumerate(forms, start=1):
                if any(way in text for way in ways):
                    yield Trace(f"{file}:{at}", number)


def _forms(value: str) -> list[str]:
    """Return how `value` may be written: as it is, escaped as in JSON, and as bytes are shown."""
    escaped = json.dumps(value)[1:-1]
    return list(dict.fromkeys([value, escaped, value.encode().hex()]))


def _literal(text: str) -> str:
    """Return `text` as a pattern that means itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
