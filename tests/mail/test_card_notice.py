"""The mail after a card was added or removed: to whom it goes, what it says, and when it is not sent."""

from datetime import timedelta

import pytest

from imin.brokers.models import Broker
from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.ground.outbox import Effect
from imin.mail.models import SentMail
from imin.mail.send import send_due
from tests.mail.post import mails, part
from tests.payments.conftest import pay as pay  # noqa: PLC0414 a fixture
from tests.payments.shop import AMEX, MASTERCARD, VISA, Shop, shop_for

ADDED, REMOVED = "A card was added to your account at Acme: ", "A card was removed from your account at Acme: "


@pytest.fixture
def shop(pay, database, folder) -> Shop:
    shop = shop_for(pay, name="Acme")
    change(Customer, email="sam@acmebroker.example")
    return shop


def change(model, **values):
    with as_owner():
        model.objects.update(**values)


def send(shop: Shop) -> None:
    with as_owner():
        send_due(now=shop.now)


def subjects(folder) -> list[str]:
    return [mail["Subject"] for mail in mails(folder)]


def test_who_added_or_removed_a_card_is_told_of_it(shop, folder):
    card = shop.saved(VISA)
    shop.add(VISA)  # the same once more is nothing new
    shop.saved(MASTERCARD)
    send(shop)
    shop.remove(card)
    send(shop)
    send(shop)
    visa, mastercard = "Visa ending in 4242", "Mastercard ending in 4444"
    assert sorted(subjects(folder)[:2]) == sorted([ADDED + visa, ADDED + mastercard])
    assert subjects(folder)[2:] == [REMOVED + visa]
    mail = mails(folder)[2]
    text, html = part(mail, "plain"), part(mail, "html")
    assert (mail["To"], mail["From"]) == ("sam@acmebroker.example", "Acme <imin@localhost>")
    assert mail["List-Unsubscribe"] is None  # who was robbed of an account must learn of it
    for words in ("Was it not you?", "You can bring it back until", "Look at my cards"):
        assert words in text, words
        assert words in html, words
    assert "Look at my cards:\nhttp://cards.acmebroker.localhost:8000/edit" in text


def test_a_card_that_was_replaced_is_told_of_once(shop, folder):
    old = shop.saved(VISA)
    send(shop)
    shop.replace(old, AMEX)
    send(shop)
    assert subjects(folder)[1:] == [ADDED + "American Express ending in 0005"]


def test_a_card_that_was_brought_back_before_the_mail_left_is_not_told_of(shop, folder):
    card = shop.saved(VISA)
    send(shop)
    shop.remove(card)
    shop.undo(card)
    send(shop)
    assert len(subjects(folder)) == 1
    with as_owner():
        assert SentMail.objects.get(state="dropped").answer == "the card was brought back"


def test_what_is_days_ago_is_not_told_any_more(shop, folder):
    shop.saved(VISA)
    shop.later = timedelta(days=3, minutes=1)
    send(shop)
    assert subjects(folder) == []


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Broker, {"card_notices": False}),
        (Customer, {"email": ""}),
        (Customer, {"bounced_email": "sam@acmebroker.example"}),
    ],
)
def test_no_mail_where_nobody_wants_or_takes_one(shop, model, values):
    change(model, **values)
    shop.remove(shop.saved(VISA))
    with as_owner():
        assert not Effect.objects.filter(kind="payments.card_notice").exists()


def test_it_speaks_the_customers_language(shop, folder):
    change(Customer, language="pl")
    shop.saved(VISA)
    send(shop)
    assert "Acme" in subjects(folder)[0]
    assert "A card was added" not in part(mails(folder)[0], "plain")
