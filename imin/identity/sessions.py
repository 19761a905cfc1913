"""A Customer's session: an unguessable cookie whose hash names a row (Card Details, section 2).

The verbs that write are called inside `acting(broker_id)`, but for `start`, `start_again`, `end_former` and
`touch`, which open it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponseBase

from imin.brokers.acting import ADMIT, EVERY_CUSTOMER, acting, at_once
from imin.brokers.front_door import Tenant
from imin.ground import vault
from imin.ground.crossing import Statement
from imin.ground.database import role
from imin.identity.claims import Claims
from imin.identity.models import Session

COOKIE = "__Host-session"
_FORGOTTEN = {"id_token_encrypted": "", "login_hint": ""}
_SEEN_EVERY = timedelta(minutes=1)
_COLUMNS = (
    "id",
    "broker_id",
    "customer_id",
    "subject",
    "provider_session",
    "auth_time",
    "acr",
    "login_hint",
    "notice",
    "created_at",
    "seen_at",
)
_FIND = (
    f"SELECT {', '.join(_COLUMNS)}, {ADMIT} FROM identity_session"  # noqa: S608 our own column names
    " WHERE key_hash = %s AND broker_id = %s AND ended_at IS NULL AND seen_at > %s AND created_at > %s"
)
_END = (
    "UPDATE identity_session SET ended_at = %s, id_token_encrypted = '', login_hint = ''"  # noqa: S608 our own constant
    " WHERE key_hash = ANY(%s) AND broker_id = %s AND ended_at IS NULL"
    f" AND current_setting('app.customer') <> '{EVERY_CUSTOMER}'"
)
_BEGIN = (
    "INSERT INTO identity_session (id, key_hash, broker_id, customer_id, subject, provider_session, id_token_encrypted,"
    " auth_time, acr, login_hint, notice, created_at, seen_at)"
    " SELECT %s, %s, %s, current_setting('app.customer')::uuid, %s, %s, %s, %s, %s, %s, '', %s, %s"
    f" WHERE current_setting('app.customer') <> '{EVERY_CUSTOMER}' RETURNING customer_id"
)


def start(  # noqa: PLR0913 what a session is bound to
    *,
    tenant: Tenant,
    customer_id: UUID,
    subject: str,
    provider_session: str,
    id_token: str,
    now: datetime,
    former: Sequence[str] = (),
    auth_time: datetime | None = None,
    acr: str = "",
    login_hint: str = "",
) -> str:
    """Begin a session in place of those with the hashes `former`; return the cookie's new value.

    A transaction of its own. The ID Token is kept encrypted, for sign-out alone.
    """
    key = token_urlsafe(32)
    claims = Claims(subject, provider_session=provider_session, auth_time=auth_time, acr=acr)
    new = _beginning(key, tenant, claims, (id_token, login_hint), now)
    at_once(tenant.broker_id, _ending(tenant.broker_id, former, now), new, customer_id=customer_id)
    return key


def start_again(  # noqa: PLR0913 what a session is bound to
    *,
    tenant: Tenant,
    known: Statement,
    claims: Claims,
    id_token: str,
    now: datetime,
    former: Sequence[str] = (),
    login_hint: str = "",
) -> tuple[str, UUID] | None:
    """Begin a session as `start` does, for the Customer to whose rows the read `known` admits, in the same crossing.

    Returns the cookie's new value and the Customer; None when `known` finds nobody, and then nothing is changed.
    """
    key = token_urlsafe(32)
    new = _beginning(key, tenant, claims, (id_token, login_hint), now)
    ending = _ending(tenant.broker_id, former, now)
    *_, begun = at_once(tenant.broker_id, known, ending, new, customer_id=EVERY_CUSTOMER)
    return (key, begun[0][0]) if begun else None


def _beginning(key: str, tenant: Tenant, claims: Claims, kept: tuple[str, str], now: datetime) -> Statement:
    """Return what stores a session of the one Customer whose rows may be seen."""
    id_token, login_hint = kept
    said = [claims.subject, claims.provider_session, vault.encrypt(id_token), claims.auth_time, claims.acr, login_hint]
    return _BEGIN, [uuid4(), hash_of(key), tenant.broker_id, *said, now, now]


def finding(*, tenant: Tenant, key: str, now: datetime) -> tuple[str, list[Any]]:
    """Return the read (for `at_once`) of the live session that the cookie's value `key` names.

    Idle and absolute limits are the Broker's. What is read after it may see the Customer's rows; the ID Token is
    not read.
    """
    live_since = [now - tenant.session_idle, now - tenant.session_absolute]
    return _FIND, [hash_of(key), tenant.broker_id, *live_since]


def found(rows: list[tuple[Any, ...]]) -> Session | None:
    """Return the session that `finding` read, if there is one."""
    return Session.from_db(role(), _COLUMNS, rows[0]) if rows else None


def touch(*, session: Session, now: datetime) -> None:
    """Note that the session was used, at most once a minute; a transaction of its own."""
    if now - session.seen_at >= _SEEN_EVERY:
        session.seen_at = now
        with acting(session.broker_id):
            Session.objects.filter(id=session.id).update(seen_at=now)


def close(*, broker_id: UUID, key: str, now: datetime) -> Session | None:
    """End the session that the cookie's value `key` names, though it may be past its limits.

    Returns the session as it was, with its ID Token, or None when there was none to end.
    """
    session = Session.objects.filter(key_hash=hash_of(key), broker_id=broker_id, ended_at=None).first()
    if session:
        end(session=session, now=now)
    return session


def end_former(*, broker_id: UUID, former: Sequence[str], now: datetime) -> None:
    """End the sessions with the hashes `former`; a transaction of its own."""
    at_once(broker_id, _ending(broker_id, former, now))


def _ending(broker_id: UUID, former: Sequence[str], now: datetime) -> tuple[str, list[Any]]:
    return _END, [now, list(former), broker_id]


def end(*, session: Session, now: datetime) -> None:
    """End `session`: from now on its cookie finds nothing, and its ID Token and hint are gone from the database."""
    Session.objects.filter(id=session.id, ended_at=None).update(ended_at=now, **_FORGOTTEN)


def end_of_provider(*, broker_id: UUID, subject: str, provider_session: str, now: datetime) -> int:
    """End the sessions that the provider ended, and return how many.

    By `sid` when given, else all of `sub`; when both are given both must match (Back-Channel Logout 1.0, 2.7).
    """
    named = {"provider_session": provider_session, "subject": subject}
    given = {name: value for name, value in named.items() if value}
    if not given:
        return 0
    return Session.objects.filter(broker_id=broker_id, ended_at=None, **given).update(ended_at=now, **_FORGOTTEN)


def end_of_customer(*, broker_id: UUID, customer_id: UUID, now: datetime) -> int:
    """End every session of a Customer, and return how many."""
    live = Session.objects.filter(broker_id=broker_id, customer_id=customer_id, ended_at=None)
    return live.update(ended_at=now, **_FORGOTTEN)


def forget_customer(*, broker_id: UUID, customer_id: UUID) -> None:
    """Delete all that is known of an erased Customer's sessions. As the owner."""
    Session.objects.filter(broker_id=broker_id, customer_id=customer_id).delete()


def say(*, session: Session, notice: str, now: datetime) -> None:
    """Keep `notice` (at most 200 characters) for the next page of this session; a newer one takes its place."""
    Session.objects.filter(id=session.id).update(notice=notice, seen_at=now)


def take_notice(session: Session) -> str:
    """Return what the next page is to say and forget it, so that it is said once even to two tabs."""
    if not session.notice:
        return ""
    taken = Session.objects.filter(id=session.id, notice=session.notice).update(notice="")
    return session.notice if taken else ""


def set_cookie(response: HttpResponseBase, key: str) -> None:
    """Give the browser the session's cookie; it ends with the browser, the limits are the server's."""
    response.set_cookie(COOKIE, key, secure=True, httponly=True, samesite="Lax")


def clear_cookie(response: HttpResponseBase) -> None:
    """Take the session's cookie away; a `__Host-` cookie is only overwritten by one with its attributes."""
    response.set_cookie(COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax")


def hash_of(key: str) -> str:
    """Return what the database keeps of a cookie's value (SHA-256, hexadecimal), so that a copy signs nobody in."""
    return sha256(key.encode()).hexdigest()
