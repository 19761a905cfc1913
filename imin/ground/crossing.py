"""Statements that cross to the database and back together: one message there, all answers back, one transaction.

They go to libpq as they are, past the cursors of Django and psycopg, whose work on both sides of one crossing costs a
web process more than the crossing (docs/decisions/cost-of-a-sign-in.md). Values are quoted by psycopg, read by the
types that Django registered, and failures are Django's.
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from django.db import connections
from psycopg import Connection, adapt
from psycopg.abc import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]
_PLACE = re.compile(r"(?<!%)%s")
_GOOD = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}


def cross(alias: str, statements: Sequence[Statement]) -> list[Rows]:
    """Run `statements` in one transaction of their own, on a connection of `alias`; return the rows of each.

    A place for a value is `%s`. When one fails, nothing of any was done, and Django's error for it is raised.
    """
    connection = connections[alias]
    run: Any = _run
    for watch in reversed(connection.execute_wrappers):  # Django's own way to look on
        run = partial(watch, run)
    text = "; ".join([sql for sql, _values in statements])
    values = [value for _sql, own in statements for value in own]
    with connection.wrap_database_errors:
        answers: list[Rows] = run(text, values, False, {"connection": connection})
        return answers


def _run(text: str, values: Sequence[Any], _many: bool, context: dict[str, Any]) -> list[Rows]:  # noqa: FBT001
    pool = context["connection"].pool
    pool.open()
    line = pool.getconn()
    try:
        transformer: Transformer = adapt.Transformer(line)
        results = _sent(line, _written(transformer, text, values))
        return [_rows(transformer, result) for result in results]
    finally:
        pool.putconn(line)


def _written(transformer: Transformer, text: str, values: Sequence[Any]) -> bytes:
    """Return the statements with their values, quoted as psycopg's client-side cursors do."""
    first, *others = _pieces(text)
    written = [first]
    for value, piece in zip(values, others, strict=True):
        written.append(b"NULL" if value is None else bytes(transformer.as_literal(value)))
        written.append(piece)
    return b"".join(written)


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[bytes, ...]:
    return tuple(piece.replace("%%", "%").encode() for piece in _PLACE.split(text))


def _sent(line: Connection[Any], message: bytes) -> list[PGresult]:
    """Return one result a statement; the connection gives up on a server that keeps silent."""
    line.pgconn.send_query(message)
    results: list[PGresult] = line.wait(execute(line.pgconn))
    for result in results:
        if result.status not in _GOOD:
            raise error_from_result(result)
    return results


def _rows(transformer: Transformer, result: PGresult) -> Rows:
    if not result.nfields:
        return []
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)
