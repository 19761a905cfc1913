"""Sessions: limits, ending, notices, and what they cost."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.http import HttpResponse

from imin.brokers.acting import ADMIT, EVERY_CUSTOMER, acting, at_once
from imin.brokers.models import Broker
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import WEB, as_owner
from imin.identity import sessions
from imin.identity.claims import Claims
from imin.identity.clean import clean
from imin.identity.jobs import clean_sign_ins
from imin.identity.models import Session, SignIn, UsedLogoutToken
from tests.brokers import build

NOW = clock.now()


@pytest.fixture
def tenant(database):
    build.broker("acmebroker")
    return build.tenant("acmebroker")


@pytest.fixture
def customer_id(tenant) -> UUID:
    with acting(tenant.broker_id, EVERY_CUSTOMER):
        return Customer.objects.create(broker_id=tenant.broker_id, created_at=NOW).id


@pytest.fixture
def key(tenant, customer_id) -> str:
    return begin(tenant, customer_id)


def begin(tenant, customer_id, subject="sam-1", sid="sid-1") -> str:
    return sessions.start(
        tenant=tenant,
        customer_id=customer_id,
        subject=subject,
        provider_session=sid,
        id_token="eyJ.ID.TOKEN",
        now=NOW,
    )


def find(tenant, key, after=timedelta(0)) -> Session | None:
    now = NOW + after
    (rows,) = at_once(tenant.broker_id, sessions.finding(tenant=tenant, key=key, now=now))
    session = sessions.found(rows)
    if session:
        sessions.touch(session=session, now=now)
    return session


def test_a_session_is_found_by_its_cookie_alone(tenant, customer_id, key):
    assert find(tenant, key).customer_id == customer_id
    assert find(tenant, key[:-1]) is None
    assert find(tenant, sessions.hash_of(key)) is None
    assert find(tenant, "") is None


def test_finding_is_one_query_without_the_id_token(tenant, key):
    asked: list[str] = []

    def look_on(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connections[WEB].execute_wrapper(look_on):
        session = find(tenant, key)
        assert sessions.take_notice(session) == ""
    assert len(asked) == 1
    assert "id_token" not in asked[0]


def test_idle_limit(tenant, key):
    assert find(tenant, key, timedelta(minutes=14, seconds=59))
    assert find(tenant, key, timedelta(minutes=29))  # seen meanwhile
    assert find(tenant, key, timedelta(minutes=44)) is None
    assert find(tenant, key, timedelta(minutes=29, seconds=30))  # and only the time that passed says so


def test_absolute_limit(tenant, key):
    for minutes in range(0, 480, 14):
        assert find(tenant, key, timedelta(minutes=minutes)), minutes
    assert find(tenant, key, timedelta(hours=8)) is None


def test_the_limits_are_the_brokers(tenant, key):
    with as_owner():
        Broker.objects.update(session_idle_minutes=1)
    assert find(build.tenant(), key, timedelta(seconds=61)) is None
    with as_owner():
        Broker.objects.update(session_idle_minutes=120, session_hours=1)
    assert find(build.tenant(), key, timedelta(minutes=59))
    assert find(build.tenant(), key, timedelta(minutes=60)) is None


def test_being_seen_is_written_once_a_minute(tenant, key):
    for after, seen in ((30, 0), (59, 0), (60, 60), (90, 60), (125, 125)):
        find(tenant, key, timedelta(seconds=after))
        with as_owner():
            assert Session.objects.get().seen_at == NOW + timedelta(seconds=seen)


def test_an_ended_session_is_not_found_and_holds_no_token(tenant, key):
    session = find(tenant, key)
    with acting(tenant.broker_id):
        sessions.end(session=session, now=NOW)
    assert find(tenant, key) is None
    with as_owner():
        assert Session.objects.get().id_token_encrypted == ""


def test_closing_gives_the_token_once_even_past_the_limits(tenant, key):
    late = NOW + timedelta(hours=9)
    with acting(tenant.broker_id):
        assert sessions.close(broker_id=tenant.broker_id, key=key, now=late).id_token_encrypted
        assert sessions.close(broker_id=tenant.broker_id, key=key, now=late) is None
        assert sessions.close(broker_id=tenant.broker_id, key="", now=late) is None


@pytest.mark.parametrize(
    ("subject", "sid", "left"),
    [("sam-1", "sid-1", 2), ("", "sid-1", 2), ("sam-1", "", 1), ("kim-2", "sid-1", 3), ("", "", 3)],
)
def test_the_provider_ends_sessions_by_sid_or_subject(tenant, customer_id, subject, sid, left):
    keys = [begin(tenant, customer_id, *who) for who in (("sam-1", "sid-1"), ("sam-1", "sid-2"), ("kim-2", "sid-3"))]
    with acting(tenant.broker_id):
        ended = sessions.end_of_provider(broker_id=tenant.broker_id, subject=subject, provider_session=sid, now=NOW)
    assert ended == 3 - left
    assert sum(bool(find(tenant, key)) for key in keys) == left


def test_another_brokers_session_is_not_found_nor_ended(tenant, key):
    build.broker("harbour")
    other = build.tenant("harbour")
    assert find(other, key) is None
    with acting(other.broker_id):
        assert sessions.close(broker_id=other.broker_id, key=key, now=NOW) is None
        assert sessions.end_of_provider(broker_id=other.broker_id, subject="sam-1", provider_session="", now=NOW) == 0
    assert find(tenant, key)


def test_a_notice_is_said_once(tenant, key):
    session = find(tenant, key)
    with acting(tenant.broker_id):
        sessions.say(session=session, notice="Card added", now=NOW)
    one, other = find(tenant, key), find(tenant, key)
    with acting(tenant.broker_id):
        assert sessions.take_notice(one) == "Card added"
        assert sessions.take_notice(other) == ""  # the second tab
    assert find(tenant, key).notice == ""


def test_clearing_the_cookie_overwrites_it_with_its_own_attributes():
    response = HttpResponse()
    sessions.clear_cookie(response)
    morsel = response.cookies["__Host-session"]
    assert (morsel.value, morsel["max-age"], morsel["secure"], morsel["path"]) == ("", 0, True, "/")


# ── cleaning ────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(tenant) -> None:
    with acting(tenant.broker_id):
        SignIn.objects.create(
            key_hash="x", broker_id=tenant.broker_id, nonce="", verifier="", return_path="/", created_at=NOW
        )
        UsedLogoutToken.objects.create(broker_id=tenant.broker_id, jti="j", used_at=NOW)


@pytest.mark.parametrize(("hours", "left"), [(23, (1, 1, 1)), (25, (0, 1, 1)), (49, (0, 0, 0))])
def test_what_is_no_longer_needed_is_deleted(tenant, key, hours, left):
    _rows(tenant)
    with as_owner():
        clean(now=NOW + timedelta(hours=hours))
        assert (SignIn.objects.count(), Session.objects.count(), UsedLogoutToken.objects.count()) == left


def test_an_ended_session_goes_a_day_later(tenant, key):
    with acting(tenant.broker_id):
        sessions.close(broker_id=tenant.broker_id, key=key, now=NOW)
    with as_owner():
        assert clean(now=NOW + timedelta(hours=25)) == 1


def test_the_job_cleans_for_every_broker(tenant, key, settings):
    _rows(tenant)
    settings.CLOCK_OFFSET = 50 * 3600
    clean_sign_ins(timestamp=0)
    with as_owner():
        assert (SignIn.objects.count(), Session.objects.count(), UsedLogoutToken.objects.count()) == (0, 0, 0)


def admitting(customer_id: UUID) -> tuple[str, list[UUID]]:
    read = f"SELECT customer_id, {ADMIT} FROM (SELECT id AS customer_id FROM customers_customer WHERE id = %s) found"
    return read, [customer_id]


def begin_again(tenant, customer_id, former):
    return sessions.start_again(
        tenant=tenant,
        known=admitting(customer_id),
        claims=Claims("sam-1"),
        id_token="eyJ.ID.TOKEN",
        now=NOW,
        former=[sessions.hash_of(former)],
    )


def test_a_known_customers_session_takes_the_place_of_the_former_one(tenant, customer_id, key):
    again = begin_again(tenant, customer_id, key)
    assert again
    assert again[1] == customer_id
    assert find(tenant, again[0]).customer_id == customer_id
    assert find(tenant, key) is None


def test_where_the_read_finds_nobody_of_this_broker_nothing_is_changed(tenant, key):
    other = build.broker("harbour")
    with as_owner():
        stranger = Customer.objects.create(broker=other, created_at=NOW)
    assert begin_again(tenant, stranger.id, key) is None
    assert find(tenant, key)
    with as_owner():
        assert Session.objects.count() == 1
