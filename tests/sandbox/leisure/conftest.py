"""A booking system on a database of its own in the tests' PostgreSQL, called in-process."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from sandbox.leisure import app
from sandbox.leisure.programme.build import build
from tests.sandbox.leisure.partner import ORIGIN, Partner


@contextmanager
def fresh_database() -> Iterator[str]:
    """A database of its own, beside the platform's."""
    place = settings.DATABASES["owner"]
    name = f"leisure_{uuid4().hex[:12]}"
    where = {"host": place["HOST"], "user": place["USER"]}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"host={where['host']} user={where['user']} dbname={name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def dsn(_database_of_this_run) -> Iterator[str]:
    """The DSN of a database for tests that make what they need."""
    with fresh_database() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def programme(_database_of_this_run) -> Iterator[app.State]:
    """A booking system with a programme of a thousand opportunities, in a database of its own."""
    with fresh_database() as dsn:
        state = app.start(ORIGIN, dsn)
        build(state, size=1000, seed="tests")
        yield state
        state.store.close()


@pytest.fixture(scope="session")
def state(dsn: str) -> Iterator[app.State]:
    """The booking system's state: an empty programme."""
    state = app.start(ORIGIN, dsn)
    yield state
    state.store.close()


@pytest.fixture(scope="session")
def partner(state: app.State) -> Partner:
    """A booking partner that books with the first seller; every test makes opportunities and UUIDs of its own."""
    return Partner(app.create(state))
