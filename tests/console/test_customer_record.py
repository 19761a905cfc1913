"""One Customer's card history and consents, for an operator to read and to hand over."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connections

from imin.console.models import AuditEntry
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import OWNER, as_owner
from imin.payments.consents.evidence import ConsentEvidence
from imin.payments.history import Event, note
from imin.payments.models import CardSetup
from tests.brokers import build
from tests.cards.person import Person, person
from tests.console import phone


@pytest.fixture
def sam(database) -> Person:
    """Store a Customer with 31 entries and two consents, and another one whose words must not be seen."""
    build.broker("acmebroker")
    build.broker("harbour")
    sam, kim = person(), person("harbour", subject="kim")
    for who, words in ((sam, "Sam’s own"), (kim, "Kim’s own")):
        card, now = who.card(), clock.now()
        with as_owner():
            whose = {"broker_id": who.tenant.broker_id, "customer_id": who.customer_id}
            for number in range(31 if who is sam else 1):
                details = {"booking": f"{words} {number}"}
                note(card=card, event=Event.USED, details=details, now=now + timedelta(minutes=number))
            setup = CardSetup.objects.create(attempt=card.id, created_at=now, due_at=now, **whose)
            said = {"version": "1", "language": "en-gb", "text_hash": "0" * 64, "payee": "Acme", "ip": "203.0.113.9"}
            for purpose in ("keep", "charge"):
                text = f"{words} {purpose}"
                given = {"setup": setup, "card": card, "purpose": purpose, "text": text, "given_at": now}
                ConsentEvidence.objects.create(**given, **said, **whose)
    return sam


def path_of(who: Person, file: str = "") -> str:
    return f"/customers/customer/{who.customer_id}/record/{file}"


def test_an_operator_finds_the_customer_and_reads_history_and_consents(console, sam):
    account = console.get(f"/customers/customer/{sam.customer_id}/change/").content.decode()
    assert f'href="{path_of(sam)}"' in account
    with as_owner():
        identifier = Customer.objects.get(id=sam.customer_id).identifier
    assert f"imin customers erase acmebroker {identifier}</code>" in account
    lists = re.findall(r'href="([^"]+\?customer\w+__exact=[^"]+)"', account)
    assert len(lists) == 7
    for at in lists:
        assert console.get(at).status_code == 200, at
    (cards,) = (at for at in lists if "/card/" in at)
    assert "1 card" in console.get(cards).content.decode()  # Kim's is not among them
    page = console.get(path_of(sam))
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "All 31 entries prove against their hashes." in text
    assert "Sam’s own 30" in text
    assert "Sam’s own 0" not in text
    assert "Page 1 of 2" in text
    for one in ("Sam’s own keep", "Sam’s own charge", "203.0.113.9", "0" * 64, "visa •••• 4242", "In force"):
        assert one in text, one
    assert "Sam’s own 0" in console.get(path_of(sam), {"history": 2}).content.decode()
    assert "Kim’s own" not in text


def test_the_files_are_those_that_the_customer_gets(console, sam):
    for file, own in (("card-history.json", "/edit/history.json"), ("my-data.json", "/edit/data.json")):
        theirs, ours = sam.get(own).json(), console.get(path_of(sam, file)).json()
        assert ours.pop("made_at", 0) or file != "my-data.json"
        theirs.pop("made_at", 0)
        assert ours.keys() == theirs.keys()
        if file == "card-history.json":
            assert ours == theirs
        else:
            assert ours["tables"].keys() == theirs["tables"].keys()
            assert ours["tables"]["payments_consentevidence"] == theirs["tables"]["payments_consentevidence"]
    table = list(csv.DictReader(io.StringIO(console.get(path_of(sam, "card-history.csv")).content.decode())))
    assert [row["number"] for row in table] == [str(number) for number in range(1, 32)]
    with as_owner():
        taken = AuditEntry.objects.filter(action__startswith="took ").values_list("action", "who")
        assert sorted(taken) == [
            (f"took {file} of a Customer", "olive")
            for file in ("card-history.csv", "card-history.json", "my-data.json")
        ]


def test_a_history_that_was_touched_is_said_to_be(console, sam):
    with as_owner(), connections[OWNER].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE payments_historyentry SET event = 'declined' WHERE number = 7 AND customer_id = %s",
            [sam.customer_id],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    text = console.get(path_of(sam)).content.decode()
    assert "The history is not whole." in text
    assert "Entry 7 was changed." in text


def test_who_may_not_see_histories_sees_none_and_nobody_posts(console, sam):
    with as_owner():
        looker = User.objects.create_user("lena", password="only looking", is_staff=True)
        looker.user_permissions.add(
            Permission.objects.get(codename="view_customer", content_type__app_label="customers")
        )
        browser = phone.signed_in(looker)
    assert "record/" not in browser.get(f"/customers/customer/{sam.customer_id}/change/").content.decode()
    for file in ("", "card-history.json", "card-history.csv", "my-data.json"):
        assert browser.get(path_of(sam, file)).status_code == 403
        assert console.post(path_of(sam, file)).status_code == 405
    nobody = path_of(sam).replace(str(sam.customer_id), "00000000-0000-0000-0000-000000000000")
    assert console.get(nobody).status_code == 404
