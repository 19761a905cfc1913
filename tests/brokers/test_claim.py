"""Whose a host name is: one live domain for each, and quarantine after it."""

from datetime import timedelta
from threading import Thread
from time import sleep

import pytest
from django.db import IntegrityError, connections, transaction

from imin.brokers.claim import QUARANTINE, TakenHostError, demand_free, live_domain, names_kept, remove
from imin.brokers.models import Broker, Domain
from imin.ground import clock
from imin.ground.database import OWNER, as_owner

HOST = "cards.acme.example"


def broker(slug):
    return Broker.objects.create(slug=slug, name=slug.title(), dashboard_url="https://acme.example/")


@pytest.fixture
def acme(owner):
    return broker("acme")


@pytest.fixture
def domain(acme):
    return Domain.objects.create(broker=acme, host=HOST, state="active")


@pytest.fixture
def now():
    return clock.now()


def test_a_name_is_pending_first_but_serves_at_once_on_a_development_machine(acme, settings):
    assert Domain(host=HOST).state == "pending"
    assert Domain.objects.create(broker=acme, host="cards.acme.localhost").state == "active"
    settings.DEVELOPMENT = False
    assert Domain.objects.create(broker=broker("b"), host="cards.b.localhost").state == "pending"


def test_each_domain_has_a_target_and_a_proof_of_its_own(acme, domain):
    other = Domain.objects.create(broker=broker("harbour"), host="cards.harbour.example")
    assert other.target != domain.target
    assert other.proof != domain.proof
    assert domain.dns_records == [
        ("CNAME", "name", HOST),
        ("CNAME", "value", f"{domain.target_label}.targets.localhost"),
        ("TXT", "name", f"_imin-challenge.{HOST}"),
        ("TXT", "value", domain.proof),
    ]


def test_the_database_holds_one_live_domain_a_host(acme, domain):
    with pytest.raises(IntegrityError, match="one_live_domain_per_host"), transaction.atomic(using=OWNER):
        Domain.objects.create(broker=broker("harbour"), host=HOST)


def test_a_live_name_is_refused_to_everybody(acme, domain, now):
    for asking in (acme, broker("harbour")):
        with pytest.raises(TakenHostError, match="already belongs to Acme"):
            demand_free(host=HOST, broker_id=asking.id, now=now)


def test_a_removed_name_is_kept_from_others_for_thirty_days(acme, domain, now):
    other = broker("harbour")
    remove(domain=domain, now=now)
    with pytest.raises(TakenHostError, match="was taken from Acme"):
        demand_free(host=HOST, broker_id=other.id, now=now + QUARANTINE - timedelta(seconds=1))
    demand_free(host=HOST, broker_id=other.id, now=now + QUARANTINE)


def test_its_own_broker_takes_it_back_with_a_fresh_proof(acme, domain, now):
    remove(domain=domain, now=now)
    demand_free(host=HOST, broker_id=acme.id, now=now)
    again = Domain.objects.create(broker=acme, host=HOST)
    assert again.state == "pending"
    assert again.proof != domain.proof
    assert live_domain(acme.id, "cards") == again


def test_taking_it_back_and_giving_it_up_starts_the_quarantine_anew(acme, domain, now):
    remove(domain=domain, now=now)
    again = Domain.objects.create(broker=acme, host=HOST, state="verified")
    remove(domain=again, now=now + timedelta(days=20))
    with pytest.raises(TakenHostError):
        demand_free(host=HOST, broker_id=broker("harbour").id, now=now + timedelta(days=40))


def test_a_name_that_was_never_proved_is_free_at_once(acme, now):
    remove(domain=Domain.objects.create(broker=acme, host=HOST), now=now)
    demand_free(host=HOST, broker_id=broker("harbour").id, now=now)
    assert not Domain.objects.exists()


def test_removing_twice_does_not_prolong_the_quarantine(acme, domain, now):
    remove(domain=domain, now=now)
    remove(domain=domain, now=now + timedelta(days=20))
    assert Domain.objects.get().state_since == now


@pytest.mark.parametrize("host", ["localhost", "console.localhost", "targets.localhost", "abc.targets.localhost"])
def test_the_platforms_own_names_are_nobodys(acme, host, now):
    with pytest.raises(TakenHostError, match="own"):
        demand_free(host=host, broker_id=acme.id, now=now)


def test_names_are_kept_while_served_and_in_quarantine(acme, domain, now):
    assert names_kept(broker_id=acme.id, now=now) == HOST
    remove(domain=domain, now=now)
    assert names_kept(broker_id=acme.id, now=now + timedelta(days=29)) == HOST
    assert names_kept(broker_id=acme.id, now=now + QUARANTINE) == ""


def test_the_database_keeps_a_name_in_quarantine_from_others(acme, domain):
    remove(domain=domain, now=clock.now())
    other = broker("harbour")
    with pytest.raises(IntegrityError, match="was taken from another Broker"), transaction.atomic(using=OWNER):
        Domain.objects.create(broker=other, host=HOST)
    Domain.objects.create(broker=acme, host=HOST).delete()
    Domain.objects.update(state_since=clock.now() - QUARANTINE)
    Domain.objects.create(broker=other, host=HOST)


def test_nobody_slips_in_while_a_name_is_being_removed(acme, domain):
    other, refused = broker("harbour"), []

    def take():
        with as_owner():
            try:
                Domain.objects.create(broker=other, host=HOST)
            except IntegrityError as error:
                refused.append(str(error))
            finally:
                connections[OWNER].close()

    taking = Thread(target=take)
    with transaction.atomic(using=OWNER):
        remove(domain=domain, now=clock.now())
        taking.start()
        _wait_for_a_lock()
    taking.join()
    assert "was taken from another Broker" in refused[0]


def _wait_for_a_lock():
    with connections[OWNER].cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("nobody waits")
