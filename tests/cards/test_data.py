"""“Your data”: the copy holds everything and nobody else's; deletion is asked first, told honestly, and final."""

import json
import re
from datetime import date

import typst
from django.db import connections

from imin.brokers.models import OpenIdSettings
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import OWNER, as_owner
from imin.identity.models import Session
from imin.payments.history import Event
from imin.payments.models import Card
from imin.rights.erase import erase_due
from tests.cards.person import person, text
from tests.cards.test_bookings import book
from tests.cards.test_history import tell

NOT_IN_THE_COPY = {"payments_historyhead": "number and hash of the newest entry, which is in the copy itself"}


def test_the_copy_for_programs_has_every_row_and_nobody_elses(alex):
    card = alex.card(nickname="Daily", holder_name="A. Example")
    tell(alex, card, Event.EDITED, changes={"nickname": ["", "Daily"]})
    other = person(given_name="Kim", email="kim@example.org")
    other.card(nickname="Theirs")
    answer = alex.get("/edit/data.json")
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    whole = answer.json()["tables"]
    assert whole["customers_customer"][0]["given_name"] == "Alex"
    assert [row["nickname"] for row in whole["payments_card"]] == ["Daily"]
    assert whole["payments_historyentry"][0]["event"] == "edited"
    assert whole["identity_session"][0]["subject"] == "sam"
    said = answer.content.decode()
    assert "Kim" not in said
    assert "Theirs" not in said


def test_the_copy_lets_nobody_sign_in(alex):
    said = alex.get("/edit/data.json").content.decode()
    with as_owner():
        session = Session.objects.get()
    assert session.key_hash not in said
    assert "id_token_encrypted" not in said


def test_every_table_with_customers_is_in_the_copy_or_says_why_not(alex):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT table_name::text FROM information_schema.columns WHERE column_name = 'customer_id'")
        there = {name for (name,) in cursor.fetchall()}
    copied = set(alex.get("/edit/data.json").json()["tables"])
    assert there - copied == set(NOT_IN_THE_COPY)


def test_the_paper_is_a_tagged_pdf_in_the_readers_language(alex):
    card = alex.card(nickname="#strong[Daily] $x$ @label")
    tell(alex, card, Event.EDITED, changes={"nickname": ["", "Daily"]})
    answer = alex.get("/edit/data.pdf")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="my-data.pdf"',
    )
    assert answer.content.startswith(b"%PDF-1.")
    assert b"/StructTreeRoot" in answer.content
    assert b"/Lang" in answer.content
    assert b"DejaVuSans" in answer.content


def test_the_paper_reads_from_right_to_left_and_says_things_in_words(sam, shop, monkeypatch):
    """An English consent on an Arabic paper has its full stop at its own end."""
    card = shop.saved()
    with as_owner():
        Customer.objects.update(given_name="ليلى")
        Card.objects.update(address={"country": "IE", "city": "Cork"})
    book(sam, card, day=date(2027, 6, 3), title="Yoga")
    sam.removed(last4="0001")
    typeset, given = typst.compile, []

    def compile_(template, **values):
        given.append(json.loads(values["sys_inputs"]["data"]))
        return typeset(template, **values)

    monkeypatch.setattr(typst, "compile", compile_)
    assert sam.get("/edit/data.pdf").content.startswith(b"%PDF-1.")
    sections = {one["title"]: one["rows"] for one in given[0]["sections"]}
    visa = "Visa ending in 4242"
    assert ["Billing address", "Cork, Ireland"] in sections["Your cards"][0]
    assert sections["Your cards"][1][0][0] == "Visa ending in 0001"
    assert sections["Your cards"][1][-1][0] == "Recently removed"
    assert sections["Bookings that need a card"] == [[["Yoga", "3 June 2027"], ["Card", visa]]]
    assert ["Card", visa] in sections["What you agreed to"][0]
    sam.client.cookies["__Host-language"] = "ar"
    assert sam.get("/edit/data.pdf").content.startswith(b"%PDF-1.")
    ((_when, words), *_more), *_others = {one["title"]: one["rows"] for one in given[1]["sections"]}["ما وافقت عليه"]
    assert (words["language"], words["rtl"]) == ("en", False)


def test_deleting_is_asked_first_and_says_what_is_kept(alex):
    alex.card()
    alex.removed()
    page = text(alex.get("/edit/data/erase"))
    assert "Your recently removed card, which you could still bring back" in page
    assert "Keep my data" in page
    assert "Your saved card, here and at the payment service" in page
    assert "What you agreed to: the text, the time, the IP address and the browser" in page
    assert "6 years" in page
    assert "That a bank refused a card, and when, without names or digits" in page
    assert "30 days" in page
    answer = alex.post("/edit/data/erase")
    assert answer.status_code == 422
    assert "Nothing was deleted." in text(answer)
    with as_owner():
        assert Customer.objects.get().erased_at is None


def test_deleting_signs_out_closes_the_account_and_is_final(alex):
    card = alex.card(nickname="Daily")
    answer = alex.post("/edit/data/erase", {"sure": "on"})
    assert answer.status_code == 200
    assert "Your data is deleted" in text(answer)
    assert "Signed in to" not in text(answer)
    assert re.search(r"__Host-session=\"\";", str(answer.cookies))
    assert alex.post(f"/edit/cards/{card.id}/default").status_code == 401
    with as_owner():
        gone = Customer.objects.get()
        assert (gone.given_name, gone.email, gone.subject) == ("", "", "")
        erase_due(now=clock.now())
        assert alex.stored(card).nickname == ""


def test_a_broker_that_wants_it_has_the_person_sign_in_once_more_before(alex):
    with as_owner():
        OpenIdSettings.objects.update(step_up_max_age=300)
    assert alex.post("/edit/data/erase", {"sure": "on"}).status_code == 401
    with as_owner():
        assert Customer.objects.get().erased_at is None
