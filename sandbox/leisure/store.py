"""The booking system's PostgreSQL: its schema, and transactions in it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

_FOLDER = Path(__file__).parent
SCHEMA = "".join((_FOLDER / part).read_text(encoding="utf-8") for part in ("schema.sql", "authority/schema.sql"))
POOL = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAKING = 0x1E15  # the advisory lock under which the schema is made

Work = Connection[DictRow]


class Store:
    """A pool of connections to the database that `dsn` names, in which the schema `leisure` exists."""

    def __init__(self, dsn: str, now: datetime) -> None:
        self.pool: ConnectionPool[Work] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=POOL,
            kwargs={"row_factory": dict_row, "options": "-c search_path=leisure"},
            connection_class=Connection[DictRow],
            open=True,
        )
        self._make(now)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give one transaction: committed at the end of the block, rolled back when it raises."""
        with self.pool.connection() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Give one transaction that may ask for `horizon()`.

        It looks at who is working on this server before the snapshot that `horizon()` judges is taken, and PostgreSQL
        keeps that look for the transaction. So whoever works in another database is known to, though it ends meanwhile.
        """
        with self.work() as work:
            work.execute("SELECT FROM pg_stat_activity LIMIT 1")
            yield work

    def rows(self, query: str, values: dict[str, Any] | None = None) -> list[DictRow]:
        """Return what one reading statement answers."""
        with self.work() as work:
            return work.execute(query.encode(), values).fetchall()

    def close(self) -> None:
        """Close every connection."""
        self.pool.close()

    def _make(self, now: datetime) -> None:
        """Make the schema; one that an older version of this program made is dropped with all that is in it."""
        digest = hashlib.sha256(SCHEMA.encode()).hexdigest()
        with self.work() as work:
            work.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
            if work.execute("SELECT to_regclass('leisure.made') AS made").fetchall()[0]["made"]:
                if work.execute("SELECT digest FROM made").fetchall() == [{"digest": digest}]:
                    return
                work.execute("DROP SCHEMA leisure CASCADE")
            base = (now - _EPOCH) // timedelta(microseconds=1)
            work.execute(sql.SQL(SCHEMA).format(base=sql.Literal(base)))
            work.execute("INSERT INTO made (digest, base) VALUES (%s, %s)", [digest, base])
