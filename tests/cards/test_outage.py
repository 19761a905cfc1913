"""PostgreSQL away, as a single request meets it: what it says, and that the next one is served again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from imin.brokers import front_door
from imin.ground.database import OWNER, drop_dead_connections
from tests.cards.person import text
from tests.conftest import _maintenance

_OTHERS = "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@contextmanager
def away() -> Iterator[None]:
    """Let nobody reach the database of this test run, and end those who have."""
    name = sql.Identifier(settings.DATABASE_NAME)
    with _maintenance() as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}", [settings.DATABASE_NAME])
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
            drop_dead_connections()


def test_a_page_says_that_nothing_was_saved_and_the_next_one_is_served(alex):
    assert alex.get().status_code == 200
    with away():
        page = alex.get()
    assert page.status_code == 503
    assert page["Retry-After"]
    assert "Nothing was saved" in text(page)
    assert "Acme" in text(page)
    assert alex.get().status_code == 200


def test_a_host_that_was_not_asked_for_before_names_nobody(alex):
    front_door.forget()
    with away():
        page = alex.get()
    assert page.status_code == 503
    assert "Nothing was saved" in text(page)
    assert "Acme" not in text(page)


def test_a_form_that_was_not_begun_saved_nothing(alex):
    card = alex.card()
    with away():
        page = alex.post(f"/edit/cards/{card.id}/default")
    assert page.status_code == 503
    assert "Nothing was saved" in text(page)


@pytest.mark.parametrize("script", [False, True])
def test_a_form_that_was_under_way_may_have_been_saved(alex, script):
    alex.card(is_default=True)
    card = alex.card(last4="4444")
    path = f"/edit/cards/{card.id}/default"
    with ThreadPoolExecutor() as pool, _maintenance() as other:
        held = connections[OWNER].copy()
        held.set_autocommit(False)
        with held.cursor() as cursor:
            cursor.execute("LOCK TABLE payments_card IN EXCLUSIVE MODE")
        asked = pool.submit(alex.ask, path, {}) if script else pool.submit(alex.post, path)
        waiting = f"SELECT pid {_OTHERS} AND wait_event_type = 'Lock'"
        while not (found := other.execute(waiting, [settings.DATABASE_NAME]).fetchone()):
            assert not asked.done(), asked.result().content.decode()
            sleep(0.02)
        other.execute("SELECT pg_terminate_backend(%s)", found)
        page = asked.result(timeout=20)
        held.rollback()
        held.close()
    assert page.status_code == 503
    assert "do not know whether this was saved" in (page.json()["message"] if script else text(page))
    assert not alex.stored(card).is_default
