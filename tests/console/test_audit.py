import json
from hashlib import sha256

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connections, transaction
from typer.testing import CliRunner

from imin import cli
from imin.brokers.models import Broker, OpenIdSettings
from imin.console import audit, second_factor
from imin.console.models import AuditEntry
from imin.console.operators import one_time_password
from imin.console.rotate import rotate_keys
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import OWNER, WEB, as_owner
from imin.identity.models import Session
from tests.brokers import build
from tests.console import fill, phone

ADD = "/brokers/broker/add/"


def entries(**which):
    with as_owner():
        return list(AuditEntry.objects.filter(**which).order_by("number"))


def sql(statement, *values, alias=OWNER):
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def harbour(console):
    """Return a Broker that Olive has just set up from 127.0.0.1."""
    assert console.post(ADD, fill.broker()).status_code == 302
    with as_owner():
        return Broker.objects.select_related("openidsettings", "branding").get()


# ── what is written ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_and_its_inlines_are_entries_with_who_and_from_where(harbour):
    written = entries(who="olive", action="added", broker="harbour")
    assert [entry.thing for entry in written] == [
        "brokers_broker",
        "brokers_domain",
        "brokers_branding",
        "brokers_openidsettings",
    ]
    assert {entry.address for entry in written} == {"127.0.0.1"}
    assert written[0].name == "Harbour Leisure"
    assert written[1].changes["host"] == [None, "cards.harbour.example"]


def test_a_change_has_the_values_before_and_after_and_no_others(console, harbour):
    with as_owner():
        sent = fill.again(harbour, name="Harbour", branding__0__primary="#0a5c36")
    assert console.post(f"/brokers/broker/{harbour.pk}/change/", sent).status_code == 302
    written = entries(action="changed", who="olive")
    assert {entry.thing: entry.changes for entry in written} == {
        "brokers_broker": {"name": ["Harbour Leisure", "Harbour"]},
        "brokers_branding": {"primary": ["#1d4ed8", "#0a5c36"]},
    }


def test_secrets_are_hidden(console, harbour):
    with as_owner():
        sent = fill.again(harbour, openidsettings__0__new_client_secret="open barley")
    console.post(f"/brokers/broker/{harbour.pk}/change/", sent)
    assert entries(thing="brokers_openidsettings", action="changed")[0].changes == {
        "client_secret_encrypted": ["(hidden)", "(hidden)"]
    }
    with as_owner():
        now = OpenIdSettings.objects.get().client_secret_encrypted
    text = json.dumps([entry.changes for entry in entries()])
    assert not [secret for secret in ("barley", "sesame", now, "md5$", "pbkdf2") if secret in text]


def test_every_column_that_may_hold_a_secret_is_hidden(owner):
    suspicious = ("encrypted", "hash", "password", "secret", "token", "verifier", "nonce", "private")
    missed = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if model._meta.db_table in audit.NEVER or not any(word in field.column for word in suspicious):
                continue
            with connections[OWNER].cursor() as cursor:
                cursor.execute("SELECT audit_shown(%s, '\"open sesame\"')::text", [field.column])
                if "sesame" in cursor.fetchone()[0]:
                    missed.append(f"{model._meta.db_table}.{field.column}")
    assert missed == []


def test_a_long_value_is_cut_and_still_differs(owner):
    broker = build.broker("acmebroker")
    for last in ("a", "b"):
        type(broker.branding).objects.filter(broker=broker).update(logo=b"x" * 9000 + last.encode())
    (before, after) = AuditEntry.objects.latest("number").changes["logo"]
    assert before != after
    assert len(after) < 200


def test_an_update_past_every_form_is_an_entry_too(owner):
    broker = build.broker("acmebroker")
    Broker.objects.filter(pk=broker.pk).update(max_cards=3)
    last = AuditEntry.objects.latest("number")
    assert (last.who, last.address) == ("nobody at the console", "database role imin_owner")
    assert last.changes == {"max_cards": [10, 3]}


def test_deleting_is_an_entry_for_all_that_goes(console, harbour):
    console.post(f"/brokers/broker/{harbour.pk}/delete/", {"post": "yes"})
    gone = entries(action="deleted", who="olive")
    assert {entry.thing for entry in gone} == {
        "brokers_broker",
        "brokers_domain",
        "brokers_branding",
        "brokers_openidsettings",
    }
    assert next(entry for entry in gone if entry.thing == "brokers_broker").changes["name"] == ["Harbour Leisure", None]


def test_deleting_what_is_selected_is_an_entry_for_each(console):
    with as_owner():
        chosen = [str(User.objects.create_user(name, password="x").pk) for name in ("oscar", "petra")]
    console.post("/auth/user/", {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert sorted(entry.name for entry in entries(who="olive", action="deleted")) == ["oscar", "petra"]


def test_ending_a_session_is_an_entry_and_what_a_customer_does_is_none(console, harbour):
    now = clock.now()
    with as_owner():
        ann = Customer.objects.create(broker=harbour, created_at=now)
        session = Session.objects.create(
            key_hash="h", broker=harbour, customer_id=ann.id, subject="ann", created_at=now, seen_at=now
        )
    console.post("/identity/session/", {"action": "end_sessions", "_selected_action": [str(session.pk)]})
    assert [(entry.who, list(entry.changes)) for entry in entries(thing="identity_session")] == [
        ("olive", ["ended_at"])
    ]
    assert entries(thing="customers_customer") == []


def test_passwords_and_second_factors_are_entries(console, stranger):
    with as_owner():
        olive = User.objects.get()
        secret = second_factor.confirmed(olive).secret
    new = "another one for Olive"
    sent = {"old_password": "long enough for Olive", "new_password1": new, "new_password2": new}
    console.post("/password_change/", sent)
    console.post("/second-factor/", {"code": phone.code(secret, steps=-1), "codes": "1"})
    console.post("/second-factor/", {"code": phone.code(secret), "replace": "1"})
    console.get("/second-factor/set-up/")
    assert [(entry.action, entry.thing, entry.name) for entry in entries(who="olive")] == [
        ("changed", "auth_user", "olive"),
        ("made recovery codes", "console", "olive"),
        ("deleted", "console_secondfactor", "olive"),
        ("added", "console_secondfactor", "olive"),
    ]


def test_signing_in_is_an_entry_and_so_is_a_recovery_code(stranger):
    with as_owner():
        olive = User.objects.create_superuser("olive", password="long enough for Olive")
    phone.add_to(olive)
    with as_owner():
        code = second_factor.new_recovery_codes(user=olive)[0]
    stranger.post("/login/", {"username": "olive", "password": "long enough for Olive", "next": "/"})
    stranger.post("/second-factor/", {"code": code}, REMOTE_ADDR="192.0.2.7")
    assert [(entry.action, entry.address) for entry in entries(who="olive")] == [
        ("used a recovery code", "192.0.2.7"),
        ("signed in", "192.0.2.7"),
    ]


def test_what_is_rolled_back_is_no_entry(owner):
    broker = build.broker("acmebroker")
    count = AuditEntry.objects.count()
    with transaction.atomic(using=OWNER):
        Broker.objects.filter(pk=broker.pk).update(max_cards=3)
        transaction.set_rollback(True, using=OWNER)
    assert AuditEntry.objects.count() == count


def test_the_next_request_is_not_taken_for_the_operators(console, harbour):
    with as_owner():
        Broker.objects.update(max_cards=4)
    assert entries()[-1].who == "nobody at the console"


def test_rotating_keys_touches_sessions_silently(owner):
    broker = build.broker("acmebroker")
    now = clock.now()
    ann = Customer.objects.create(broker=broker, created_at=now)
    Session.objects.create(
        key_hash="a", broker=broker, customer_id=ann.id, subject="a", created_at=now, seen_at=now, id_token_encrypted=""
    )
    with audit.by(who="imin keys rotate", address="root at a terminal"):
        rotate_keys()
    assert {entry.thing for entry in AuditEntry.objects.filter(who="imin keys rotate")} == {"brokers_openidsettings"}


def test_the_commands_say_that_it_was_they(owner):
    with audit.by(who="imin operator kim", address="root at a terminal"):
        one_time_password(username="kim", now=clock.now())
    entry = AuditEntry.objects.get(thing="auth_user", action="added")
    assert (entry.who, entry.address, entry.name) == ("imin operator kim", "root at a terminal", "kim")


# ── what keeps it whole ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    ["UPDATE console_auditentry SET who = 'mallory'", "DELETE FROM console_auditentry", "TRUNCATE console_auditentry"],
)
def test_not_even_the_owner_changes_or_removes_an_entry(owner, statement):
    build.broker("acmebroker")
    with pytest.raises(DatabaseError, match="only ever added to"):
        sql(statement)


def test_the_web_role_neither_reads_nor_writes_it(database):
    for statement in ("SELECT * FROM console_auditentry", "INSERT INTO console_auditentry (who) VALUES ('x')"):
        with pytest.raises(DatabaseError, match="permission denied"):
            sql(statement, alias=WEB)


def test_the_chain_is_as_documented(owner):
    build.broker("acmebroker")
    first, second = AuditEntry.objects.order_by("number")[:2]
    assert (first.number, first.previous) == (1, "0" * 64)
    assert second.previous == first.hash
    with connections[OWNER].cursor() as cursor:
        cursor.execute(audit._TEXT, [0])
        _, previous, hash_, text = cursor.fetchone()
    assert hash_ == sha256(f"{previous}\n{text}".encode()).hexdigest()
    assert list(audit.problems()) == []


def test_a_forged_hash_is_not_taken(owner):
    AuditEntry.objects.create(who="mallory", action="x", thing="x", hash="f" * 64, previous="f" * 64)
    assert list(audit.problems()) == []
    assert AuditEntry.objects.get().previous == "0" * 64


def tamper(statement):
    """Do as somebody with a superuser's password would."""
    with transaction.atomic(using=OWNER):
        sql("SET LOCAL session_replication_role = replica")
        sql(statement)


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE console_auditentry SET who = 'mallory' WHERE number = 2", "Entry 2 was changed."),
        ("UPDATE console_auditentry SET at = at - interval '1 day' WHERE number = 1", "Entry 1 was changed."),
        ("UPDATE console_auditentry SET changes = '{}' WHERE number = 3", "Entry 3 was changed."),
        ("DELETE FROM console_auditentry WHERE number = 2", "Entry 2 is missing."),
        ("DELETE FROM console_auditentry WHERE number = 1", "Entry 1 is missing."),
        ("UPDATE console_auditentry SET previous = repeat('f', 64) WHERE number = 2", "does not follow entry 1"),
    ],
)
def test_what_was_touched_is_found(owner, statement, complaint):
    build.broker("acmebroker")
    tamper(statement)
    assert [problem for problem in audit.problems() if complaint in problem]


def test_a_shorter_log_is_found_by_what_was_seen(owner):
    build.broker("acmebroker")
    seen = audit.newest()
    assert list(audit.problems(seen=seen)) == []
    build.broker("harbour")
    assert list(audit.problems(seen=seen)) == []
    tamper(f"DELETE FROM console_auditentry WHERE number >= {seen[0]}")
    assert list(audit.problems()) == []
    assert f"Entry {seen[0]} is not the one that was seen" in next(audit.problems(seen=seen))


def test_a_trigger_that_was_switched_off_is_found(owner):
    for table, name in (("brokers_broker", "audit"), ("console_auditentry", "audit_append_only")):
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        try:
            assert [problem for problem in audit.problems() if f"{name} of {table}" in problem]
        finally:
            sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    assert list(audit.problems()) == []


def test_every_name_in_the_lists_is_a_table(owner):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {table for (table,) in cursor.fetchall()}
    assert {*audit.NEVER, *audit.ALWAYS, *audit.QUIET} - tables == set()


def test_the_command_says_how_it_is(database, monkeypatch):
    monkeypatch.setattr(cli, "_setup", lambda: None)  # Django is set up, and its log belongs to pytest
    with as_owner():
        build.broker("acmebroker")
        number, hash_ = audit.newest()
    run = CliRunner().invoke
    assert f"{number}:{hash_}" in run(cli.app, ["check", "audit"]).output
    assert run(cli.app, ["check", "audit", "--seen", f"{number}:{hash_}"]).exit_code == 0
    assert isinstance(run(cli.app, ["check", "audit", "--seen", "nonsense"]).exception, cli.RefusedError)
    with as_owner():
        tamper("DELETE FROM console_auditentry WHERE number = 1")
    answer = run(cli.app, ["check", "audit"])
    assert isinstance(answer.exception, cli.RefusedError)
    assert "Entry 1 is missing" in answer.output


# ── what operators see ──────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_searched_and_an_entry_shows_before_and_after(console, harbour):
    with as_owner():
        console.post(f"/brokers/broker/{harbour.pk}/change/", fill.again(harbour, name="Harbour"))
    page = console.get("/console/auditentry/", {"q": "Harbour Leisure"}).content.decode()
    assert "olive" in page
    number = entries(action="changed", thing="brokers_broker")[0].number
    page = console.get(f"/console/auditentry/{number}/change/").content.decode()
    assert "<td>Harbour Leisure</td><td>Harbour</td>" in page
    assert "sesame" not in page


def test_nobody_touches_an_entry_in_the_console(console, harbour):
    for verb in ("change", "delete"):
        assert console.post(f"/console/auditentry/1/{verb}/", {"post": "yes"}).status_code == 403
    assert console.post("/console/auditentry/add/", {}).status_code == 403
