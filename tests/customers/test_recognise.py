"""Who it is: sub, then the Broker's identifier, then a verified e-mail, then a new account."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from imin.brokers.acting import EVERY_CUSTOMER, acting
from imin.brokers.models import OpenIdSettings
from imin.customers.models import Customer
from imin.customers.recognise import recognise
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity.claims import Claims
from imin.identity.errors import NotAdmittedError
from tests.brokers import build

NOW = clock.now()
SAM = Claims("sam-1", email="sam@example.org", email_verified=True, given_name="Sam", family_name="Vale")


@pytest.fixture
def tenant(database):
    build.broker("acmebroker")
    return build.tenant("acmebroker")


def customer(tenant, **values: object) -> Customer:
    with acting(tenant.broker_id, EVERY_CUSTOMER):
        return Customer.objects.create(broker_id=tenant.broker_id, created_at=NOW, **values)


def stored(tenant, customer_id: UUID) -> Customer:
    with acting(tenant.broker_id, EVERY_CUSTOMER):
        return Customer.objects.get(id=customer_id)


def count(tenant) -> int:
    with acting(tenant.broker_id, EVERY_CUSTOMER):
        return Customer.objects.count()


def allow(**values: object) -> None:
    with as_owner():
        OpenIdSettings.objects.update(**values)


def same(tenant, one: Claims, **changes: object) -> Claims:
    return Claims(**{**one.__dict__, **changes})


def test_an_unknown_person_gets_an_account_from_the_claims(tenant):
    made = stored(tenant, recognise(tenant, SAM, NOW))
    assert (made.subject, made.name, made.email, made.email_verified) == (
        "sam-1",
        "Sam Vale",
        "sam@example.org",
        True,
    )
    assert made.created_at == NOW


def test_a_known_sub_is_the_same_account(tenant):
    assert recognise(tenant, SAM, NOW) == recognise(tenant, SAM, NOW)
    assert count(tenant) == 1


def test_sub_is_compared_exactly(tenant):
    assert recognise(tenant, SAM, NOW) != recognise(tenant, same(tenant, SAM, subject="SAM-1"), NOW)


def test_a_known_sub_is_brought_up_to_date(tenant):
    known = recognise(tenant, SAM, NOW)
    changed = same(tenant, SAM, email="sam@new.example", email_verified=False, given_name="Samuel")
    assert recognise(tenant, changed, NOW) == known
    now = stored(tenant, known)
    assert (now.email, now.email_verified, now.name) == ("sam@new.example", False, "Samuel Vale")


def test_what_the_provider_does_not_say_stays(tenant):
    known = recognise(tenant, SAM, NOW)
    recognise(tenant, Claims("sam-1"), NOW)
    assert (stored(tenant, known).email, stored(tenant, known).name) == ("sam@example.org", "Sam Vale")


def test_the_same_sub_at_another_broker_is_another_person(tenant):
    build.broker("harbour")
    other = build.tenant("harbour")
    assert recognise(tenant, SAM, NOW) != recognise(other, SAM, NOW)


# ── the Broker's identifier ─────────────────────────────────────────────────────────────────────────────────


def test_the_brokers_identifier_names_the_account(tenant):
    known = customer(tenant, email="old@example.org")
    assert recognise(tenant, same(tenant, SAM, identifier=known.identifier), NOW) == known.id
    assert stored(tenant, known.id).subject == "sam-1"
    assert recognise(tenant, SAM, NOW) == known.id


def test_an_account_that_belongs_to_another_sub_is_not_given_away(tenant):
    known = customer(tenant, subject="kim-2")
    with pytest.raises(NotAdmittedError, match="another sub"):
        recognise(tenant, same(tenant, SAM, identifier=known.identifier), NOW)
    assert stored(tenant, known.id).subject == "kim-2"


def test_an_identifier_of_another_broker_names_nobody(tenant):
    build.broker("harbour")
    other = customer(build.tenant("harbour"))
    assert recognise(tenant, same(tenant, SAM, identifier=other.identifier), NOW) != other.id


def test_a_known_sub_counts_more_than_the_identifier(tenant):
    known, other = recognise(tenant, SAM, NOW), customer(tenant)
    assert recognise(tenant, same(tenant, SAM, identifier=other.identifier), NOW) == known


# ── verified e-mail ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_verified_email_finds_the_account_where_allowed(tenant):
    known = customer(tenant, email="Sam@Example.org", email_verified=True)
    allow(match_verified_email=True)
    assert recognise(tenant, SAM, NOW) == known.id


@pytest.mark.parametrize(
    ("allowed", "claims", "account"),
    [
        (False, {}, {}),
        (True, {"email_verified": False}, {}),
        (True, {}, {"email_verified": False}),
        (True, {}, {"subject": "kim-2"}),
        (True, {}, {"erased_at": NOW}),
        (True, {}, {"email": "sam@example.com"}),
        (True, {"email": ""}, {"email": ""}),
        (True, {"email": "mıke@example.org"}, {"email": "mike@example.org"}),
    ],
)
def test_an_email_that_does_not_count(tenant, allowed, claims, account):
    known = customer(tenant, **{"email": "sam@example.org", "email_verified": True, **account})
    allow(match_verified_email=allowed)
    assert recognise(tenant, same(tenant, SAM, **claims), NOW) != known.id


def test_two_accounts_with_that_email_are_not_guessed_between(tenant):
    family = [customer(tenant, email="sam@example.org", email_verified=True).id for _ in range(2)]
    allow(match_verified_email=True)
    assert recognise(tenant, SAM, NOW) not in family


# ── not admitted ────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_new_where_accounts_are_not_made(tenant):
    allow(create_accounts=False)
    with pytest.raises(NotAdmittedError):
        recognise(tenant, SAM, NOW)
    assert count(tenant) == 0


def test_known_people_come_in_where_accounts_are_not_made(tenant):
    known = recognise(tenant, SAM, NOW)
    allow(create_accounts=False)
    assert recognise(tenant, SAM, NOW) == known


def test_an_erased_account_stays_erased(tenant):
    known = customer(tenant, subject="sam-1", erased_at=NOW)
    with pytest.raises(NotAdmittedError, match="erased"):
        recognise(tenant, SAM, NOW)
    assert stored(tenant, known.id).name == ""


# ── at once ─────────────────────────────────────────────────────────────────────────────────────────────────


def at_once(tenant) -> set[UUID]:
    def sign_in(_number: int) -> UUID:
        try:
            return recognise(tenant, SAM, NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(sign_in, range(12)))


def test_many_first_sign_ins_at_once_make_one_account(tenant):
    assert len(at_once(tenant)) == 1
    assert count(tenant) == 1


def test_many_at_once_find_the_one_account_with_the_email(tenant):
    known = customer(tenant, email="sam@example.org", email_verified=True)
    allow(match_verified_email=True)
    assert at_once(tenant) == {known.id}
    assert count(tenant) == 1
