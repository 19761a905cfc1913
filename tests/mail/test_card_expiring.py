"""The mail before a card expires: what it says, to whom it goes, and to whom it does not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from imin.brokers.models import Branding, Broker
from imin.customers import reminders
from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.ground.outbox import Effect
from imin.mail.models import SentMail
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import Card, CardBooking, CardReminder
from tests.mail.post import mails, part, work

IN_WINDOW = datetime(2027, 6, 15, 9, tzinfo=UTC)
JUNE = {"exp_month": 6, "exp_year": 2027}


def change(model, **values):
    with as_owner():
        model.objects.update(**values)


def test_it_says_which_card_and_leads_to_it(alex, folder):
    card = alex.card(is_default=True, nickname="For <trains>", **JUNE)
    assert work(IN_WINDOW) == (1, 1)
    (mail,) = mails(folder)
    assert mail["To"] == "alex@acmebroker.example"
    assert mail["From"] == "Acme <imin@localhost>"
    assert mail["Subject"] == "Your card expires at the end of June 2027: Visa ending in 4242"
    link = f"http://cards.acmebroker.localhost:8000/edit/cards/{card.id}"
    text, html = part(mail, "plain"), part(mail, "html")
    assert f"Bring my card up to date:\n{link}" in text
    assert "For <trains>" in text
    assert f'href="{link}"' in html
    assert "For &lt;trains&gt;" in html


def test_its_headers_are_those_of_a_mail_that_nobody_wrote_by_hand(alex, folder):
    alex.card(is_default=True, **JUNE)
    change(Broker, mail_reply_to="help@acmebroker.example")
    work(IN_WINDOW)
    (mail,) = mails(folder)
    with as_owner():
        reminder = CardReminder.objects.get()
    link = f"http://cards.acmebroker.localhost:8000/mail/reminders/{reminders.token(alex.customer_id)}"
    assert mail["Message-ID"] == f"<{reminder.id}@localhost>"
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "Acme <help@acmebroker.example>"
    assert mail["Date"] == "Tue, 15 Jun 2027 09:00:00 +0000"
    assert [link in part(mail, kind) for kind in ("plain", "html")] == [True, True]


def test_nothing_in_it_is_fetched_from_anywhere(alex, folder):
    alex.card(is_default=True, **JUNE)
    work(IN_WINDOW)
    html = part(mails(folder)[0], "html")
    assert "src=" not in html.replace('src="cid:', "")
    assert "url(" not in html


def booking(card, day: date, until: datetime, **values) -> None:
    with as_owner():
        moments = {"placed_at": IN_WINDOW, "changed_at": IN_WINDOW}
        CardBooking.objects.create(
            broker_id=card.broker_id, customer_id=card.customer_id, card=card, day=day, until=until, **moments, **values
        )


def test_a_card_that_a_booking_needs_is_told_of_too_and_says_when_it_comes_too_late(alex, folder):
    alex.card(is_default=True, exp_month=9, exp_year=2029)
    card = alex.card(last4="4444", **JUNE)
    booking(card, date(2027, 7, 3), datetime(2027, 7, 4, 12, tzinfo=UTC), title="Swim & row", reference="b1")
    booking(card, date(2027, 6, 25), datetime(2027, 6, 26, tzinfo=UTC), title="Climb", reference="b2")
    work(IN_WINDOW)
    (mail,) = mails(folder)
    assert mail["Subject"] == "Your card expires before your booking on 3 July 2027: Visa ending in 4444"
    said = "That is before your booking on 3 July 2027: Swim & row."
    assert said in part(mail, "plain")
    assert said.replace("&", "&amp;") in part(mail, "html")


def test_a_card_whose_booking_comes_before_its_end_is_told_of_plainly(alex, folder):
    card = alex.card(**JUNE)
    booking(card, date(2027, 6, 25), datetime(2027, 6, 26, tzinfo=UTC), title="Climb", reference="b2")
    work(IN_WINDOW)
    assert [mail["Subject"].partition(":")[0] for mail in mails(folder)] == [
        "Your card expires at the end of June 2027"
    ]


@pytest.mark.parametrize("over", [{"released_at": IN_WINDOW}, {"until": IN_WINDOW}])
def test_a_booking_that_is_over_needs_no_card(alex, folder, over):
    card = alex.card(**JUNE)
    booking(
        card, date(2027, 6, 25), **{"until": datetime(2027, 6, 26, tzinfo=UTC), **over}, title="Climb", reference="b"
    )
    assert work(IN_WINDOW) == (0, 0)


@pytest.mark.parametrize(
    ("language", "offered", "spoken"),
    [
        ("ar", [], "ar"),
        ("pl", ["pl", "en-gb"], "pl"),
        ("ar", ["pl", "en-gb"], "pl"),
        ("", ["pl", "cy"], "pl"),
        ("xx", [], "pl"),
    ],
)
def test_it_speaks_the_customers_language_while_the_broker_offers_it(alex, folder, language, offered, spoken):
    change(Customer, language=language)
    change(Branding, languages=offered, default_language="pl")
    alex.card(is_default=True, **JUNE)
    work(IN_WINDOW)
    (mail,) = mails(folder)
    words = {"ar": "ستنتهي صلاحية بطاقتك قريبًا", "pl": "Twoja karta wkrótce wygaśnie"}[spoken]
    assert words in part(mail, "plain")
    assert words in part(mail, "html")
    assert f'dir="{"rtl" if spoken == "ar" else "ltr"}"' in part(mail, "html")
    assert mail["Content-Language"] == spoken


@pytest.mark.parametrize(
    "case",
    [
        (Card, {"is_default": False}),
        (Card, {"is_default": False, "status": "removed", "removed_at": IN_WINDOW}),
        (Card, {"exp_month": 7}),
        (Customer, {"erased_at": IN_WINDOW}),
        (Customer, {"email": ""}),
        (Customer, {"bounced_email": "alex@acmebroker.example"}),
        (Customer, {"reminders_stopped_at": IN_WINDOW}),
        (Broker, {"active": False}),
        (Broker, {"card_reminders": False}),
    ],
    ids=lambda case: f"{case[0].__name__} {' '.join(case[1])}",
)
def test_nobody_is_reminded_who_should_not_be(alex, folder, case):
    alex.card(is_default=True, **JUNE)
    model, values = case
    change(model, **values)
    assert work(IN_WINDOW) == (0, 0)
    assert mails(folder) == []


@pytest.mark.parametrize(
    ("model", "values", "because"),
    [
        (Card, {"is_default": False, "status": "removed", "removed_at": IN_WINDOW}, "the card is gone"),
        (Card, {"is_default": False}, "nothing is paid with the card"),
        (Card, {"exp_year": 2031}, "the card was renewed"),
        (Customer, {"erased_at": IN_WINDOW}, "there is no address that takes mail"),
        (Customer, {"reminders_stopped_at": IN_WINDOW}, "no reminders are wanted"),
        (Broker, {"active": False}, "the Broker has no pages"),
    ],
)
def test_what_changed_since_is_looked_at_when_the_mail_leaves(alex, folder, model, values, because):
    from imin.mail.send import send_due
    from imin.payments.remind import remind_due

    alex.card(is_default=True, **JUNE)
    with as_owner():
        assert remind_due(now=IN_WINDOW) == 1
        model.objects.update(**values)
        assert send_due(now=IN_WINDOW) == 1
        sent = SentMail.objects.get()
    assert (sent.state, sent.answer) == ("dropped", because)
    assert mails(folder) == []


def test_it_is_sent_once_for_a_card_and_an_expiry(alex, folder):
    card = alex.card(is_default=True, **JUNE)
    for hour in range(48):
        work(IN_WINDOW + timedelta(hours=hour))
    assert len(mails(folder)) == 1
    with as_owner():
        Card.objects.filter(id=card.id).update(exp_year=2029)
    work(IN_WINDOW.replace(year=2029))
    assert len(mails(folder)) == 2


def test_the_history_of_the_card_says_so_once(alex, folder, monkeypatch):
    card = alex.card(is_default=True, **JUNE)
    work(IN_WINDOW)
    with as_owner():
        Effect.objects.update(done_at=None)  # as if the worker had died before it noted that
    work(IN_WINDOW + timedelta(hours=1))
    with as_owner():
        (entry,) = HistoryEntry.objects.filter(card=card)
    assert (entry.event, entry.by_whom, entry.said) == ("reminded", "platform", {"expiry": "06/2027"})
    assert len(mails(folder)) == 1


def test_a_changed_address_is_written_to_again(alex, folder):
    alex.card(is_default=True, **JUNE)
    change(Customer, bounced_email="alex@acmebroker.example", email="new@acmebroker.example")
    work(IN_WINDOW)
    assert [mail["To"] for mail in mails(folder)] == ["new@acmebroker.example"]


def test_what_is_kept_of_a_mail_names_no_address(alex):
    alex.card(is_default=True, **JUNE)
    work(IN_WINDOW)
    with as_owner():
        (kept,) = SentMail.objects.values()
    assert kept["state"] == "sent"
    assert "alex@" not in str(kept)
