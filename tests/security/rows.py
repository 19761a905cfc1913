"""Rows for every table of two Brokers, made from what the catalogue says of its columns."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from tests.security.catalogue import columns, rows, tenants

_number = count(1)


def _text(length: int) -> str:
    return f"t{next(_number)}"[:length]


BY_TYPE: dict[str, Callable[[int], Any]] = {
    "uuid": lambda _length: str(uuid4()),
    "varchar": _text,
    "text": _text,
    "bytea": lambda _length: b"",
    "jsonb": lambda _length: json.dumps({}),
    "bool": lambda _length: False,
    "int2": lambda _length: 1,
    "int4": lambda _length: next(_number),
    "int8": lambda _length: next(_number),
    "numeric": lambda _length: Decimal(1),
    "date": lambda _length: date(2026, 1, 1),
    "timestamptz": lambda _length: datetime(2026, 1, 1, tzinfo=UTC),
    "inet": lambda _length: "192.0.2.1",
}

_COLUMNS = """
    SELECT a.attname, t.typname, a.atttypmod, a.attnotnull, a.atthasdef OR a.attidentity <> '' FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
KEYS = """
    SELECT a.attname, f.confrelid::regclass::text, b.attname FROM pg_constraint f
    CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS k (mine, theirs)
    JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.mine
    JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.theirs
    WHERE f.contype = 'f' AND f.conrelid = %s::regclass
"""


@dataclass
class Owner:
    """A Broker and one of its Customers, with the rows that were made for them, by table."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def broker(self) -> str:
        return str(self.rows["brokers_broker"]["id"])

    @property
    def customer(self) -> str:
        return str(self.rows["customers_customer"]["id"])


def values(cursor: Any, table: str, owner: Owner) -> dict[str, Any]:
    """Return the values of a new row of `owner`, which points only at rows of theirs."""
    keys = {column: (to, there) for column, to, there in rows(cursor, KEYS, table)}
    made = {}
    for column, kind, modifier, needed, has_default in rows(cursor, _COLUMNS, table):
        to, there = keys.get(column, ("", ""))
        if to in owner.rows:
            made[column] = owner.rows[to][there]
        elif column == "broker_id":
            made[column] = owner.broker
        elif needed and not has_default:
            assert kind in BY_TYPE, f"{table}.{column} is of type {kind}: say in BY_TYPE what a value of it is."
            made[column] = BY_TYPE[kind](modifier - 4 if modifier > 4 else 100)
    return made


def insert(cursor: Any, table: str, new: dict[str, Any], *, end: str = "") -> None:
    names, marks = ", ".join(f'"{name}"' for name in new), ", ".join(["%s"] * len(new))
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) {end}", list(new.values()))


def stored(cursor: Any, table: str, owner: Owner) -> dict[str, Any]:
    """Store a new row of `owner` and return it with what the database added."""
    insert(cursor, table, values(cursor, table, owner), end="RETURNING *")
    return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def fill(cursor: Any, *, colleague: Owner | None = None) -> Owner:
    """Store a row in every table for a new Broker, or for another Customer of a colleague's Broker."""
    owner = Owner()
    for table in in_order(cursor):
        theirs = table == "customers_customer" or "customer_id" in columns(cursor, table)
        known = colleague.rows[table] if colleague and not theirs else None
        owner.rows[table] = known or stored(cursor, table, owner)
    return owner


def in_order(cursor: Any) -> list[str]:
    """Return the tenants' tables, each after those that it points at."""
    left = {table: {to for _, to, _ in rows(cursor, KEYS, table)} - {table} for table in tenants(cursor)}
    ordered: list[str] = []
    while left:
        ready = sorted(table for table, to in left.items() if not to & left.keys())
        assert ready, f"These tables point at each other in a circle: {sorted(left)}"
        ordered += ready
        left = {table: to for table, to in left.items() if table not in ready}
    return ordered
