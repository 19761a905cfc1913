"""What the web role really gets when it reaches across: every statement, on every table, for every wall."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from tests.security.catalogue import broker_column, columns, customer_column, rights, rows, tenants
from tests.security.rows import KEYS, Owner, fill, insert, stored, values

DENIED, TWICE, NO_SUCH_ROW = "42501", "23505", "23503"
EVERY_CUSTOMER = "*"


@contextmanager
def acting(cursor: Any, broker: str = "", customer: str = "") -> Iterator[None]:
    """Be the web role, acting for a Broker and a Customer; what is done is undone."""
    cursor.execute("SAVEPOINT before")
    cursor.execute(f'SET LOCAL ROLE "{settings.WEB_ROLE}"')
    cursor.execute(
        "SELECT set_config('app.broker', %s, true), set_config('app.customer', %s, true)", [broker, customer]
    )
    yield
    cursor.execute("ROLLBACK TO SAVEPOINT before")


def attempt(cursor: Any, sql: str, *given: object) -> int | str:
    """Return how many rows a statement touched (or counted), or the code of its refusal."""
    try:
        cursor.execute(sql, given)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)  # type: ignore[union-attr]
    return cursor.fetchone()[0] if cursor.description else cursor.rowcount


def store(cursor: Any, table: str, owner: Owner) -> int | str:
    cursor.execute("RESET ROLE")
    new = values(cursor, table, owner)
    cursor.execute(f'SET LOCAL ROLE "{settings.WEB_ROLE}"')
    try:
        insert(cursor, table, new)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)  # type: ignore[union-attr]
    return 1


@dataclass(frozen=True)
class Wall:
    """What a table is walled by, and as whom it is tried to get across: acting for (Broker, Customer)."""

    name: str
    column: str
    mine: str
    other: Owner
    theirs: str
    tried_as: tuple[tuple[str, str], ...]


def breaches(cursor: Any, *only: str) -> list[str]:
    """Return in words what got across, of every table or `only` some; what is made for it is left to be rolled back."""
    me, stranger = fill(cursor), fill(cursor)
    neighbour = fill(cursor, colleague=me)
    one, nobody = (me.broker, EVERY_CUSTOMER), ("", EVERY_CUSTOMER)
    found = []
    for table in only or tenants(cursor):
        if (column := broker_column(table)) not in columns(cursor, table):
            continue  # said by `catalogue.problems`
        walls = [Wall("Broker", column, me.broker, stranger, stranger.broker, (one, nobody, ("", "")))]
        if column := customer_column(cursor, table):
            who = (me.broker, me.customer)
            walls.append(Wall("Customer", column, me.customer, neighbour, neighbour.customer, (who, (me.broker, ""))))
        for wall in walls:
            found += [f"{table}: {words} of another {wall.name}" for words in _across(cursor, table, wall)]
        found += [f"{table}: {words}" for words in _own(cursor, table, me)]
        found += [f"{table}: {words}" for words in _pointing(cursor, table, me, stranger)]
    return found


def _across(cursor: Any, table: str, wall: Wall) -> Iterator[str]:
    """Without a condition a statement reaches what its own policy alone lets through, whatever may be read."""
    column, count = wall.column, f"SELECT count(*) FROM {table} WHERE {wall.column} = %s"
    there = attempt(cursor, count, wall.theirs)
    for whom in wall.tried_as:
        with acting(cursor, *whom):
            if attempt(cursor, count, wall.theirs) not in {0, DENIED}:
                yield "could read a row"
        harm = {"change": (f"UPDATE {table} SET {column} = %s", wall.mine), "delete": (f"DELETE FROM {table}",)}
        for verb, statement in harm.items():
            with acting(cursor, *whom):
                got = attempt(cursor, *statement)
                if got == TWICE or (got != DENIED and _as_owner(cursor, count, wall.theirs) != there):
                    yield f"could {verb} a row"
    with acting(cursor, *wall.tried_as[0]):
        away = f"UPDATE {table} SET {column} = %s WHERE {column} = %s"
        if attempt(cursor, away, wall.theirs, wall.mine) != DENIED:
            yield "could make an own row one"
    with acting(cursor, *wall.tried_as[0]):
        if store(cursor, table, wall.other) != DENIED:
            yield "could store a row"


def _as_owner(cursor: Any, sql: str, *given: object) -> int | str:
    cursor.execute("RESET ROLE")
    return attempt(cursor, sql, *given)


def _own(cursor: Any, table: str, me: Owner) -> Iterator[str]:
    """What is allowed does work, or the refusals would prove nothing."""
    may = rights(cursor, table)
    with acting(cursor, me.broker, me.customer):
        if "SELECT" in may and attempt(cursor, f"SELECT count(*) FROM {table}") in {0, DENIED}:
            yield "may be read and shows nothing, not even an own row"
    with acting(cursor, me.broker, EVERY_CUSTOMER):
        if "INSERT" in may and store(cursor, table, me) not in {1, TWICE}:
            yield "may be stored in and takes nothing, not even an own row"


def _pointing(cursor: Any, table: str, me: Owner, stranger: Owner) -> Iterator[str]:
    """A foreign key is checked past row-level security: so even the owner must not be able to point across."""
    keys = [key for key in rows(cursor, KEYS, table) if key[1] in me.rows and key[0] != broker_column(table)]
    # the target is a new one, so that nothing else is in the way
    for column, to, there in keys:
        cursor.execute("SAVEPOINT before")
        target = stored(cursor, to, stranger)
        insert_across = {**values(cursor, table, me), column: target[there]}
        try:
            insert(cursor, table, insert_across)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield f"{column} points at another Broker's {to}"
        except DatabaseError as error:
            if error.__cause__.sqlstate != NO_SUCH_ROW:  # type: ignore[union-attr]
                raise
        cursor.execute("ROLLBACK TO SAVEPOINT before")
