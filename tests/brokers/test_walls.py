import pytest
from django.db import DatabaseError, connections

from imin.brokers.acting import ADMIT, EVERY_CUSTOMER, acting, at_once
from imin.brokers.models import Broker
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import WEB, as_owner
from tests.brokers import build


def test_the_web_role_cannot_read_operators_or_events(database):
    for table in ("auth_user", "django_session", "payments_gatewayevent", "outbox"):
        with pytest.raises(DatabaseError, match="permission denied"), connections[WEB].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")


def test_nobody_sees_a_broker_without_acting_for_it(database):
    build.broker("acmebroker")
    assert list(Broker.objects.all()) == []


def test_a_broker_sees_only_its_own_rows(database):
    one, other = build.broker("acmebroker"), build.broker("harbour")
    with acting(one.id):
        assert [found.slug for found in Broker.objects.all()] == ["acmebroker"]
        assert Broker.objects.filter(id=other.id).count() == 0


def test_a_customer_sees_only_their_own_row(database):
    one = build.broker("acmebroker")
    with acting(one.id, EVERY_CUSTOMER):
        people = [Customer.objects.create(broker=one, created_at=clock.now()) for _ in range(2)]
    with acting(one.id):
        assert Customer.objects.count() == 0
    with acting(one.id, people[0].id):
        assert list(Customer.objects.all()) == [people[0]]
    with acting(one.id, EVERY_CUSTOMER):
        assert Customer.objects.count() == 2


def test_a_row_cannot_be_written_for_another_broker(database):
    one, other = build.broker("acmebroker"), build.broker("harbour")
    with pytest.raises(DatabaseError, match="row-level security"), acting(one.id, EVERY_CUSTOMER):
        Customer.objects.create(broker_id=other.id, created_at=clock.now())


def test_a_row_cannot_point_at_another_brokers_row(database):
    from imin.payments.models import Payer

    one, other = build.broker("acmebroker"), build.broker("harbour")
    with as_owner(), acting(other.id):
        stranger = Customer.objects.create(broker=other, created_at=clock.now())
    with pytest.raises(DatabaseError, match="same_broker"), as_owner(), acting(one.id):
        Payer.objects.create(broker=one, customer=stranger, reference="cus_1")


def test_reads_that_go_together_see_one_broker_and_one_customer(database):
    one, other = build.broker("acmebroker"), build.broker("harbour")
    with as_owner():
        mine, neighbour = (Customer.objects.create(broker=one, created_at=clock.now()) for _ in range(2))
        stranger = Customer.objects.create(broker=other, created_at=clock.now())
    everyone = ("SELECT id FROM customers_customer", [])
    learn = (f"SELECT customer_id, {ADMIT} FROM (SELECT %s::uuid AS customer_id) learned", [mine.id])
    before, learned, after = at_once(one.id, everyone, learn, everyone)
    assert (before, learned, after) == ([], [(mine.id,)], [(mine.id,)])
    assert at_once(one.id, everyone) == [[]]  # nothing of it is left for the next one
    lie = (f"SELECT customer_id, {ADMIT} FROM (SELECT %s::uuid AS customer_id) learned", [stranger.id])
    assert at_once(one.id, lie, everyone)[1] == []
    assert neighbour.id != mine.id
