"""A real PostgreSQL for every test that asks for `database`: each run has a database of its own."""

import fcntl
import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent
os.environ.setdefault("IMIN_DATA", str(ROOT / ".cache" / "test"))
os.environ.setdefault("IMIN_EMBEDDED_FSYNC", "0")
os.environ.setdefault("IMIN_TENANT_CACHE_SECONDS", "0")
os.environ.setdefault("IMIN_DATABASE_NAME", f"run_{uuid4().hex[:12]}")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imin.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the tests' own thread

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell that starts the tests in the background lets all below them ignore what stops a demo
    signal.signal(signal.SIGINT, signal.default_int_handler)

import django
import psycopg
import pytest
from psycopg import sql

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from imin.ground import embedded, rates
from imin.ground.database import OWNER, as_owner
from tests import parallel

_KEPT = ("django_migrations", "django_content_type", "auth_permission")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start PostgreSQL once for all workers, which read settings of their own."""
    if parallel.has_workers(session.config):
        embedded.start()
        for name in parallel.OWN:
            os.environ.pop(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop what was started for the workers."""
    if parallel.has_workers(session.config):
        _admin(sql.SQL("DROP DATABASE IF EXISTS {}"), settings.DATABASE_NAME)
        if not _others_are_connected():
            embedded.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file's tests together, the slow ones first."""
    parallel.arrange(items)


@pytest.fixture(scope="session")
def _database_of_this_run(django_db_blocker) -> Iterator[None]:
    """Start PostgreSQL, copy the migrated template, and drop the copy at the end."""
    with django_db_blocker.unblock():
        started = embedded.start() and not parallel.is_worker()
        template = _migrated_template()
        _admin(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), settings.DATABASE_NAME, template)
        yield
        for connection in connections.all():
            connection.close()
            connection.close_pool()
        _admin(sql.SQL("DROP DATABASE {} WITH (FORCE)"), settings.DATABASE_NAME)
        if started and not _others_are_connected():
            embedded.stop()


@pytest.fixture(autouse=True)
def _plain_static_files(settings, tmp_path) -> None:
    """Name static files as they lie in the rooms; the journeys use the hashed ones."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    """Begin to count requests anew."""
    rates.forget()


@pytest.fixture
def database(_database_of_this_run, django_db_blocker) -> Iterator[None]:
    """Give the test the database; what it wrote is gone afterwards."""
    from imin.brokers import front_door

    with django_db_blocker.unblock():
        front_door.forget()
        yield
        _empty()


@pytest.fixture
def owner(database) -> Iterator[None]:
    """Give the test the database as its owner, as the worker and commands have it."""
    with as_owner():
        yield


def _migrated_template() -> str:
    files = [*sorted((ROOT / "imin").glob("*/migrations/*.py")), ROOT / "imin" / "console" / "audit.py"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    name = f"template_{digest}"
    with (Path(settings.DATA) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        own = settings.DATABASE_NAME
        if not _exists(name):
            with as_owner():
                call_command("migrate", database=OWNER, verbosity=0)
            connections[OWNER].close()
            connections[OWNER].close_pool()
            _admin(sql.SQL("ALTER DATABASE {} RENAME TO {}"), own, name)
        elif _exists(own):
            _admin(sql.SQL("DROP DATABASE {}"), own)
    return name


def _admin(statement: sql.SQL, *names: str) -> None:
    with _maintenance() as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))


def _exists(name: str) -> bool:
    with _maintenance() as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def _others_are_connected() -> bool:
    with _maintenance() as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        )


def _maintenance() -> psycopg.Connection:
    place = settings.DATABASES[OWNER]
    return psycopg.connect(
        host=place["HOST"], user=place["USER"], port=place["PORT"], dbname="postgres", autocommit=True
    )


def _empty() -> None:
    """Delete every row. Truncating makes each table's files anew, which took ten times as long as a whole test.

    As a superuser, which the owner is only here, without triggers: the audit log's refuse.
    """
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
            [list(_KEPT)],
        )
        cursor.execute("; ".join(f'DELETE FROM "{row[0]}"' for row in cursor.fetchall()))
