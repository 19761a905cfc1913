"""The database's walls: every table has its place, and nothing gets across; each rule is seen to find its breach."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from imin.ground.database import OWNER, WEB
from tests.security.catalogue import problems, tenants
from tests.security.tries import breaches

WALL = """
    ALTER TABLE passes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON passes TO {web}
        USING (broker_id = nullif(current_setting('app.broker', true), '')::uuid);
"""
TABLE = "CREATE TABLE passes (id int, broker_id uuid NOT NULL REFERENCES brokers_broker);"
GRANT = "GRANT SELECT, INSERT, UPDATE, DELETE ON passes TO {web};"
OF_CUSTOMERS = """
    CREATE TABLE passes (id int, broker_id uuid NOT NULL REFERENCES brokers_broker,
                         customer_id uuid NOT NULL REFERENCES customers_customer);
"""


@pytest.fixture
def cursor(database) -> Iterator[Any]:
    """The owner's cursor in a transaction that is rolled back."""
    with connections[OWNER].cursor() as cursor, transaction.atomic(using=OWNER):
        yield cursor
        transaction.set_rollback(True, using=OWNER)


def test_every_table_function_and_right_keeps_the_rules(cursor):
    assert problems(cursor) == []


def test_nothing_gets_across(cursor):
    assert len(tenants(cursor)) > 10
    assert breaches(cursor) == []


def test_web_processes_are_the_web_role(database):
    with connections[WEB].cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (settings.WEB_ROLE, settings.WEB_ROLE)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("CREATE TABLE notes (id int)", "notes has no Broker"),
        ("DROP TABLE django_session CASCADE", "django_session stands in NO_TENANT"),
        (TABLE, "passes has no row-level security"),
        (TABLE + "ALTER TABLE passes ENABLE ROW LEVEL SECURITY;" + GRANT, "passes has no policy for the web role"),
        (TABLE + WALL.replace("= nullif(current_setting('app.broker', true), '')::uuid", "IS NOT NULL"), "app.broker"),
        (TABLE + WALL + "CREATE POLICY more ON passes USING (true)", "the policy more does not ask for app.broker"),
        (OF_CUSTOMERS + WALL, "passes: the policy tenant does not ask for app.customer"),
        (OF_CUSTOMERS + WALL, "passes.customer_id may point at another Broker's customers_customer"),
        ("CREATE TABLE passes (customer_id uuid REFERENCES customers_customer)", "has no broker_id to be walled by"),
        ("ALTER TABLE payments_card DISABLE ROW LEVEL SECURITY", "payments_card has no row-level security"),
        (
            "ALTER TABLE payments_card DROP CONSTRAINT payments_card_customer_id_same_broker",
            "payments_card.customer_id",
        ),
        ("GRANT TRUNCATE ON payments_card TO {web}", "payments_card: the web role may TRUNCATE"),
        ("GRANT SELECT (password) ON auth_user TO {web}", "auth_user: the web role may SELECT"),
        ("GRANT SELECT ON procrastinate_jobs TO PUBLIC", "procrastinate_jobs: the web role may SELECT"),
        ("CREATE VIEW every AS TABLE payments_card; GRANT SELECT ON every TO {web}", "every: the web role may SELECT"),
        ("GRANT CREATE ON SCHEMA public TO {web}", "may make tables in the schema public"),
        ("ALTER TABLE outbox OWNER TO {web}", "The web role owns something"),
        ("ALTER ROLE {web} BYPASSRLS", "The web role may bypass row-level security"),
        ("ALTER ROLE {web} SUPERUSER", "The web role is a superuser"),
        ("GRANT pg_read_all_data TO {web}", "The web role is a member of another role"),
        (
            "CREATE FUNCTION every() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM outbox'",
            "every() runs as its owner; the web role may call it",
        ),
        ("ALTER FUNCTION tenant_of_host(text) RESET search_path", "tenant_of_host(text) runs as its owner without"),
    ],
)
def test_a_mistake_is_named(cursor, mistake, words):
    cursor.execute(mistake.format(web=settings.WEB_ROLE))
    assert [said for said in problems(cursor) if words in said] != []


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (TABLE + GRANT, "passes: could read a row of another Broker"),
        (TABLE + GRANT, "passes: could change a row of another Broker"),
        (TABLE + GRANT, "passes: could delete a row of another Broker"),
        (TABLE + GRANT, "passes: could store a row of another Broker"),
        (TABLE + GRANT, "passes: could make an own row one of another Broker"),
        (TABLE + WALL + GRANT + "CREATE POLICY more ON passes FOR SELECT USING (true)", "could read a row"),
        (TABLE + WALL + GRANT + "CREATE POLICY more ON passes FOR INSERT WITH CHECK (true)", "could store a row"),
        (TABLE + WALL + GRANT + "CREATE POLICY more ON passes FOR UPDATE USING (true)", "could change a row"),
        (TABLE + WALL + GRANT + "CREATE POLICY more ON passes FOR DELETE USING (true)", "could delete a row"),
        (OF_CUSTOMERS + WALL + GRANT, "passes: could read a row of another Customer"),
        (OF_CUSTOMERS + WALL + GRANT, "passes: could change a row of another Customer"),
        (OF_CUSTOMERS + WALL + GRANT, "passes: could delete a row of another Customer"),
        (OF_CUSTOMERS + WALL + GRANT, "passes: could store a row of another Customer"),
        (OF_CUSTOMERS + WALL + GRANT, "passes: customer_id points at another Broker's customers_customer"),
        ("DROP POLICY tenant ON payments_card", "payments_card: may be read and shows nothing"),
        ("ALTER TABLE payments_card DISABLE ROW LEVEL SECURITY", "payments_card: could read a row of another Customer"),
    ],
)
def test_what_gets_across_is_named(cursor, mistake, words):
    cursor.execute(mistake.format(web=settings.WEB_ROLE))
    table = "payments_card" if "payments_card" in mistake else "passes"
    assert [said for said in breaches(cursor, table) if words in said] != []
