"""Back-up and restore as docs/guides/operate.md tells them: nothing is left but the dump, the keys and the sandbox."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from imin.ground.embedded import BINARIES
from tests.journeys.stack import ROOT, Stack, demo
from tests.journeys.visitor import Visitor

KEEPER, WEB = "imin_keeper", "imin_web"
TABLES = ("payments_card", "identity_session", "customers_customer", "brokers_domain", "outbox", "payments_cardsetup")
PEOPLE = {
    "acmebroker": ("alex@acmebroker.example", ""),
    "harbour": ("sam@harbour.example", "acct_1HarbourLeisure"),
}
ROLES = f"CREATE ROLE {KEEPER} LOGIN; CREATE ROLE {WEB} LOGIN"


def program(name: str, *words: str) -> None:
    done = subprocess.run([BINARIES / "bin" / name, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def connect(stack: Stack, role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(host=stack.sockets, user=role, dbname=database, autocommit=True)


def counted(connection: psycopg.Connection) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row
        found[table] = row[0]
    return found


@contextmanager
def new_cluster(stack: Stack):
    """Run an empty PostgreSQL where the demo's was; what that had is gone."""

    def python(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", f"from django.conf import settings; from imin.ground import embedded; {code}"],
            env=stack.environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    folder = Path(python("print(settings.EMBEDDED_FOLDER)"))
    assert (folder / "data" / "PG_VERSION").exists()
    folder.rename(folder.with_name(f"{folder.name}.lost"))
    python("embedded.start()")
    try:
        yield
    finally:
        python("embedded.stop()")
        subprocess.run(["rm", "-rf", folder.with_name(f"{folder.name}.lost")], check=True)


@pytest.fixture(scope="module")
def data() -> Path:
    return ROOT / ".cache" / "backup"


def test_what_was_dumped_comes_back_with_two_plain_roles(data, tmp_path):
    dump = str(tmp_path / "imin.dump")
    with demo(data) as stack:
        people = {broker: Visitor(stack) for broker in PEOPLE}
        for broker, visitor in people.items():
            email, account = PEOPLE[broker]
            visitor.sign_in_at_broker(email, broker)
            assert "4242" in visitor.add_card(broker=broker, account=account).text
        with stack.database() as connection:
            stack.wait_for_webhooks(connection)
            before = counted(connection)
        program("pg_dump", "-Fc", "-f", dump, f"postgresql://imin_owner@/imin?host={stack.sockets}")
    assert before["payments_card"] >= 2  # and the one that the demo seeds
    assert before["identity_session"] == 2

    with new_cluster(stack):
        with connect(stack, "imin_owner", "postgres") as connection:
            for statement in (*ROLES.split("; "), f"CREATE DATABASE restored OWNER {KEEPER}"):
                connection.execute(statement)
        owner = f"postgresql://{KEEPER}@/restored?host={stack.sockets}"
        web = f"postgresql://{WEB}@/restored?host={stack.sockets}"
        program("pg_restore", "--no-owner", "--exit-on-error", "-d", owner, dump)
        with connect(stack, KEEPER, "restored") as connection:
            assert counted(connection) == before
        _walls_hold(stack)
        with demo(data, keep=True, DATABASE_URL=owner, DATABASE_WEB_URL=web) as again:
            migrated = again.imin("migrate")
            assert "0 migrations applied now" in migrated.stdout, migrated.stdout + migrated.stderr
            for broker, visitor in people.items():
                visitor.stack = again
                page, way = visitor.go(again.cards(broker=broker))
                assert "4242" in page.text
                assert way == [again.cards(broker=broker)]  # the session came back too: no sign-in on the way
            for what in ("cards", "audit", "history"):
                agreed = again.imin("check", what)
                assert agreed.returncode == 0, agreed.stdout + agreed.stderr
            assert "5556" in people["acmebroker"].add_card("4000056655665556").text


def _walls_hold(stack: Stack) -> None:
    """Assert that the web role sees one Broker's rows and no others, and owns nothing."""
    with connect(stack, WEB, "restored") as connection:
        assert connection.execute("SELECT * FROM payments_card").fetchall() == []
        with connect(stack, KEEPER, "restored") as owner:
            brokers = owner.execute("SELECT broker_id FROM payments_card").fetchall()
        for (broker,) in brokers:
            connection.execute(
                "SELECT set_config('app.broker', %s, false), set_config('app.customer', '*', false)", [str(broker)]
            )
            assert connection.execute("SELECT DISTINCT broker_id FROM payments_card").fetchall() == [(broker,)]
        assert connection.execute("SELECT * FROM pg_tables WHERE tableowner = current_user").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER TABLE payments_card DISABLE ROW LEVEL SECURITY")
