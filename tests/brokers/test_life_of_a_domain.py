"""The life of one domain, from an operator's form to another Broker's refusal, with real DNS, TLS and mail."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from imin.brokers.alert import alert
from imin.brokers.front_door import served_hosts
from imin.brokers.models import Broker, Domain
from imin.brokers.recheck import recheck_due
from imin.brokers.settle import ALERT
from imin.ground import clock, outbox
from imin.ground.database import as_owner
from tests.brokers.conftest import HOST, OURS
from tests.console import fill, phone

NAVIGATION = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}


def page() -> int:
    return Client(HTTP_HOST=HOST, **NAVIGATION).get("/oidc/signed-out").status_code


def look(now, times=1):
    with as_owner():
        for _ in range(times):
            recheck_due(now=now)
            now += timedelta(hours=1)
        outbox.drain(kind=ALERT, now=now, handle=alert)
        return Domain.objects.exclude(state="removed").get().state, now


def operator() -> Client:
    with as_owner():
        return phone.signed_in(User.objects.create_superuser("olive", password="long enough for Olive"))


def test_the_life_of_a_domain(database, dns, serve, settings, mailoutbox):
    now, console = clock.now(), operator()
    settings.OPERATORS_MAIL = ["operations@platform.example"]
    assert console.post("/brokers/broker/add/", fill.broker(domains__0__host=HOST)).status_code == 302
    with as_owner():
        broker = Broker.objects.get()
        domain = broker.domains.get()

    assert look(now) == ("pending", now + timedelta(hours=1))
    assert page() == 404

    dns.set(domain.target, "A", OURS)
    dns.set(HOST, "CNAME", domain.target)
    dns.set(domain.challenge, "TXT", domain.proof)
    state, now = look(now + timedelta(hours=1))
    assert state == "verified"
    assert page() == 200
    with as_owner():
        assert served_hosts() == {HOST}  # so that the edge may get the certificate

    good = serve()
    state, now = look(now)
    assert state == "active"

    good.stop()
    state, now = look(now + timedelta(days=1), times=3)
    assert state == "failing"
    assert page() == 200
    serve()
    state, now = look(now)
    assert state == "active"
    assert [message.subject for message in mail.outbox] == [f"{HOST} is failing", f"{HOST} works again"]

    with as_owner():
        sent = fill.again(broker, **{"domains-0-DELETE": "on"})
    assert console.post(f"/brokers/broker/{broker.pk}/change/", sent).status_code == 302
    assert page() == 404
    with as_owner():
        assert served_hosts() == frozenset()
    again = fill.broker(name="Other", slug="other", domains__0__host=HOST)
    assert "is kept from other Brokers until" in console.post("/brokers/broker/add/", again).content.decode()
