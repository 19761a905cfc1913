"""Reminders are stopped and begun again: by a press in a mail program, on the page behind it, on the list of cards."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from imin.customers import reminders
from imin.customers.models import Customer
from imin.ground.database import as_owner
from tests.brokers import build
from tests.cards.person import person, text
from tests.mail.post import mails, work

IN_WINDOW = datetime(2027, 6, 15, 9, tzinfo=UTC)


def stopped(who) -> bool:
    with as_owner():
        return Customer.objects.get(id=who.customer_id).reminders_stopped_at is not None


@pytest.fixture
def link(alex, folder) -> str:
    """The link of a mail that Alex got."""
    alex.card(is_default=True, exp_month=6, exp_year=2027)
    work(IN_WINDOW)
    (mail,) = mails(folder)
    return mail["List-Unsubscribe"].strip(" <>").removeprefix("http://cards.acmebroker.localhost:8000")


def program(host="cards.acmebroker.localhost") -> Client:
    """What knows no cookie, no page and no form of ours."""
    return Client(HTTP_HOST=host, enforce_csrf_checks=True)


def test_one_press_in_a_mail_program_stops_them(alex, link):
    answer = program().post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert stopped(alex)
    assert program().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_link_asks_and_changes_nothing(alex, link):
    page = program().get(link)
    assert "Stop reminders?" in text(page)
    assert not stopped(alex)
    assert "You get no more reminders" in text(program().post(link, {"reminders": "off"}))
    assert stopped(alex)
    assert "You get reminders again" in text(program().post(link, {"reminders": "on"}))
    assert not stopped(alex)


def test_the_page_behind_the_link_speaks_as_the_mail_does(alex, link):
    with as_owner():
        Customer.objects.update(language="ar")
    page = program().get(link, HTTP_ACCEPT_LANGUAGE="en")
    assert 'lang="ar" dir="rtl"' in page.content.decode()


def test_on_the_list_of_cards_they_are_stopped_and_begun_again(alex, link):
    assert "we write to alex@acmebroker.example. Stop reminders" in text(alex.get())
    assert alex.post("/edit/reminders", {"reminders": "off"}).status_code == 303
    assert stopped(alex)
    assert "You get no mail when a card is about to expire. Remind me" in text(alex.get())
    alex.post("/edit/reminders", {"reminders": "on"})
    assert not stopped(alex)
    assert "You get a mail before a card expires" in text(alex.get())


def test_an_address_that_takes_no_mail_is_told_on_the_list(alex, link):
    with as_owner():
        Customer.objects.update(bounced_email="alex@acmebroker.example")
    assert "Mails to alex@acmebroker.example come back to us" in text(alex.get())


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1] + chr(ord(token[-1]) ^ 1), lambda token: token[:-1], str.upper]
)
def test_a_changed_link_does_nothing(alex, link, spoil):
    path, _, token = link.rpartition("/")
    assert program().post(f"{path}/{spoil(token)}").status_code == 404
    assert not stopped(alex)


def test_a_link_works_at_its_own_broker_alone(alex, link):
    build.broker("harbour")
    person("harbour")
    assert program("cards.harbour.localhost").get(link).status_code == 404
    assert program("cards.harbour.localhost").post(link).status_code == 404
    assert not stopped(alex)


def test_a_link_of_an_erased_customer_does_nothing(alex, link):
    with as_owner():
        Customer.objects.update(erased_at=IN_WINDOW)
    assert program().get(link).status_code == 404


def test_a_link_outlives_the_change_of_keys_until_its_key_is_dropped(settings):
    customer_id = uuid4()
    token = reminders.token(customer_id)
    old = settings.SECRET_KEYS
    settings.SECRET_KEYS = ["a newer key", *old]
    assert reminders.whose(token) == customer_id
    assert reminders.token(customer_id) != token
    settings.SECRET_KEYS = ["a newer key"]
    assert reminders.whose(token) is None


def test_no_link_looks_like_a_card_number():
    assert all(reminders.token(uuid4()).isalpha() for _ in range(50))
