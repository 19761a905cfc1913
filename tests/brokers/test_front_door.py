"""What is remembered of Brokers between requests, and what makes a process read them anew."""

from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import override_settings

from imin.brokers import front_door
from imin.brokers.models import Branding, Broker, Domain
from imin.ground.database import as_owner, role
from tests.brokers.build import broker

HOST = "cards.acmebroker.localhost"


@contextmanager
def counted():
    """Count which questions are put to the database."""
    asked = Counter()

    def watch(execute, sql, *rest):
        asked[sql.split("(")[0].split()[-1]] += 1
        return execute(sql, *rest)

    with connections[role()].execute_wrapper(watch):
        yield asked


@override_settings(TENANT_CACHE_SECONDS=3600)
def test_nothing_is_asked_while_what_is_known_is_young(database):
    broker()
    front_door.tenant_of(HOST)
    with counted() as asked:
        assert front_door.tenant_of(HOST).name
    assert not asked


def test_a_host_is_read_once_while_no_broker_changes(database):
    broker()
    with counted() as asked:
        for _ in range(3):
            front_door.tenant_of(HOST)
    assert asked == {"tenants_version": 3, "tenant_of_host": 1}


@pytest.mark.parametrize(
    "change",
    [
        lambda: Broker.objects.update(name="Another"),
        lambda: Broker.objects.update(active=False),
        lambda: Domain.objects.filter(host=HOST).delete(),
        lambda: Domain.objects.update(host="cards.elsewhere.localhost"),
        lambda: Branding.objects.update(corners="square"),
    ],
)
def test_a_change_made_by_another_process_is_seen(database, change):
    broker()
    before = front_door.tenant_of(HOST)
    assert before
    with as_owner():
        change()
    assert front_door.tenant_of(HOST) != before


def test_a_host_that_nobody_had_is_found_when_a_broker_comes(database):
    assert front_door.tenant_of(HOST) is None
    broker()
    assert front_door.tenant_of(HOST)
