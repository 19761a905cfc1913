"""The audit log: who changed what, when and from where, each entry hashed together with the one before.

Triggers write it, in the transaction of the change, so that no form, action, command or query gets past it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from imin.console.models import AuditEntry
from imin.ground.database import OWNER, role

NEVER = {
    "console_auditentry": "the log itself",
    "console_brokercheck": "what was seen from outside; that a domain's state follows is logged",
    "console_onetimepassword": "a password that was set stands in auth_user",
    "console_recoverycode": "ten at a time, so one entry says it",
    "console_signinattempts": "counts what strangers do",
    "outbox": "follows from what is logged",
    "payments_historyentry": "a log of its own, with a chain of its own",
    "payments_historyhead": "moves with that log",
    "django_admin_log": "the admin's own history",
    "django_session": "operators' sessions; signing in is an entry",
    "django_migrations": "migrations",
    "django_content_type": "migrations",
    "auth_permission": "migrations",
}
ALWAYS = [  # whoever changes them; all other tables only when an operator does
    "auth_user",
    "auth_user_user_permissions",
    "brokers_branding",
    "brokers_broker",
    "brokers_domain",
    "brokers_openidsettings",
    "console_secondfactor",
    "payments_paymentaccount",
]
QUIET = {  # columns that change without anybody's decision
    "auth_user": ["last_login"],
    "brokers_domain": ["checked_at", "failures", "problem"],
    "console_secondfactor": ["last_counter"],
    "identity_session": ["id_token_encrypted", "login_hint", "seen_at"],
}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%'"
_GUARDS = {"audit_append_only", "audit_no_truncate", "audit_chain"}
_STANDING = (
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'audit%' AND tgenabled IN ('O', 'A')"
)
_TEXT = """
    SELECT number, previous, hash, jsonb_build_array(
        number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), who, address, action, thing, thing_id, name,
        broker, changes)::text
    FROM console_auditentry WHERE number > %s ORDER BY number LIMIT 1000
"""
_BEGINNING = "0" * 64
_NOTE = """
    INSERT INTO console_auditentry (who, address, action, thing, thing_id, name, broker, changes)
    SELECT coalesce(told ->> 'who', 'nobody at the console'),
        coalesce(told ->> 'address', 'database role ' || session_user), %s, 'console', '', %s, '', '{}'
    FROM (SELECT nullif(current_setting('app.operator', true), '')::jsonb AS told) AS present
"""


@contextmanager
def by(*, who: str, address: str) -> Iterator[None]:
    """Let the database know for the block who changes things, and from where."""
    _tell(json.dumps({"who": who, "address": address}))
    try:
        yield
    finally:
        with suppress(DatabaseError, InterfaceError):  # then the connection is gone, and what it knew with it
            _tell("")


def note(action: str, name: str = "") -> None:
    """Add an entry for what is no change of a row, such as signing in; who and from where is what `by` told."""
    with connections[role()].cursor() as cursor:
        cursor.execute(_NOTE, [action, name])


def watch_tables(**_: Any) -> None:
    """Put the trigger on every table that belongs under it; runs after each migration."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('audit_change()') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return  # a migration to a point before the log
        for table in _watched(cursor):
            condition = "" if table in ALWAYS else "WHEN (current_setting('app.operator', true) <> '')"
            columns = ", ".join(f"'{column}'" for column in QUIET.get(table, []))
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW {condition} EXECUTE FUNCTION audit_change({columns})"
            )


def problems(*, seen: tuple[int, str] | None = None) -> Iterator[str]:
    """Yield what shows that the log was touched; `seen` is the number and hash of an entry that must still be there."""
    with connections[role()].cursor() as cursor:
        cursor.execute(_STANDING)
        standing = set(cursor.fetchall())
        wanted = {(table, "audit") for table in _watched(cursor)}
        wanted |= {("console_auditentry", name) for name in _GUARDS}
        for table, name in sorted(wanted - standing):
            yield f"The trigger {name} of {table} is missing or switched off: changes may be missing since."
        yield from _breaks(cursor, seen)


def newest() -> tuple[int, str]:
    """Return number and hash of the newest entry, to be kept somewhere else."""
    return AuditEntry.objects.order_by("-number").values_list("number", "hash").first() or (0, _BEGINNING)


def _breaks(cursor: Any, seen: tuple[int, str] | None) -> Iterator[str]:
    number, last = 0, _BEGINNING
    found = not seen or seen == (number, last)
    while True:
        cursor.execute(_TEXT, [number])
        entries = cursor.fetchall()
        for is_number, previous, hash_, text in entries:
            if is_number != number + 1:
                yield f"Entry {number + 1} is missing."
            elif previous != last:
                yield f"Entry {is_number} does not follow entry {number}: one of them was replaced."
            if hash_ != sha256(f"{previous}\n{text}".encode()).hexdigest():
                yield f"Entry {is_number} was changed."
            number, last = is_number, hash_
            found = found or seen == (number, last)
        if not entries:
            break
    if not found and seen:
        yield f"Entry {seen[0]} is not the one that was seen: it and those after it were replaced or removed."


def _watched(cursor: Any) -> list[str]:
    cursor.execute(_TABLES)
    return sorted({table for (table,) in cursor.fetchall()} - set(NEVER))


def _tell(what: str) -> None:
    with connections[role()].cursor() as cursor:
        cursor.execute("SELECT set_config('app.operator', %s, false)", [what])
