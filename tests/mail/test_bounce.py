"""Mails that a server refuses or returns: recorded, and a dead address is not written to until it changes."""

from datetime import UTC, datetime, timedelta
from email import message_from_string
from uuid import uuid4

import pytest

from imin.customers.models import Customer
from imin.ground.database import as_owner
from imin.mail.bounce import NoBounceError, bounce
from imin.mail.models import SentMail
from imin.payments.models import Card
from tests.mail.post import work

IN_WINDOW = datetime(2027, 6, 15, 9, tzinfo=UTC)
LATER = IN_WINDOW + timedelta(days=1)
ADDRESS = "alex@acmebroker.example"


def known() -> tuple[SentMail, Customer]:
    with as_owner():
        return SentMail.objects.get(), Customer.objects.get()


def sent(alex) -> SentMail:
    alex.card(is_default=True, exp_month=6, exp_year=2027)
    work(IN_WINDOW)
    return known()[0]


def notification(
    mail_id: object, status="5.1.1", action="failed", to="postmaster@platform.example", returned="text/rfc822-headers"
) -> bytes:
    """Return what a mail server sends, as RFC 3464 shows it."""
    return f"""From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry to say that your mail did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 15 Jun 2027 09:00:00 +0000

Final-Recipient: rfc822; {ADDRESS}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{ADDRESS}>: no such
 person here

--b
Content-Type: {returned}

Received: from us
Message-ID: <{mail_id}@localhost>
Subject: Your card expires

--b--
""".replace("\n", "\r\n").encode()


def told(text: bytes) -> SentMail:
    with as_owner():
        return bounce(notification=text, now=LATER)


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_that_came_back_is_known_by_its_message_id(alex, returned):
    mail = sent(alex)
    told(notification(mail.id, returned=returned))
    back, customer = known()
    assert (back.state, back.answered_at) == ("bounced", LATER)
    assert back.answer == "550 5.1.1 <…>: no such person here"
    assert (customer.bounced_email, customer.bounced_at) == (ADDRESS, LATER)
    assert customer.bounced_because == back.answer


def test_a_mail_that_came_back_is_known_by_the_address_it_came_back_to(alex, settings, server):
    settings.MAIL_BOUNCES = "bounces@platform.example"
    mail = sent(alex)
    assert server.envelopes == [(f"bounces+{mail.id.hex}@platform.example", ADDRESS)]
    assert "From: Acme <imin@localhost>" in server.taken[0]
    told(notification("nothing", to=f"<bounces+{mail.id.hex}@platform.example>"))
    assert known()[0].state == "bounced"


def test_a_dead_address_is_not_written_to_until_it_changes(alex, server):
    told(notification(sent(alex).id))
    with as_owner():
        Card.objects.update(exp_year=2028)
    assert work(IN_WINDOW.replace(year=2028)) == (0, 0)
    with as_owner():
        Customer.objects.update(email="new@acmebroker.example")
    assert work(IN_WINDOW.replace(year=2028)) == (1, 1)
    assert server.envelopes[-1] == ("imin@localhost", "new@acmebroker.example")


def test_a_mail_to_a_former_address_says_nothing_of_the_new_one(alex):
    mail = sent(alex)
    with as_owner():
        Customer.objects.update(email="new@acmebroker.example")
    told(notification(mail.id))
    back, customer = known()
    assert (back.state, customer.bounced_email) == ("bounced", "")


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.3.4"])
def test_a_full_mailbox_is_no_dead_address(alex, status):
    told(notification(sent(alex).id, status))
    back, customer = known()
    assert (back.state, customer.bounced_email) == ("bounced", "")


def test_the_second_time_changes_nothing(alex):
    mail = sent(alex)
    told(notification(mail.id))
    with as_owner():
        Customer.objects.update(bounced_email="")  # an operator knows better
        bounce(notification=notification(mail.id), now=LATER + timedelta(days=1))
    assert known()[1].bounced_email == ""
    assert known()[0].answered_at == LATER


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no recipient"),
        (b"Subject: I am on holiday\r\n\r\nUntil Monday.\r\n", "no recipient"),
        (notification(uuid4(), action="delayed"), "no recipient"),
        (notification("somebody-elses"), "names no mail"),
        (notification(uuid4()), "was sent"),
        (b"\xff\x00" * 1000, "no recipient"),
    ],
)
def test_what_tells_of_no_mail_of_ours_is_left_alone(alex, text, words):
    sent(alex)
    with pytest.raises(NoBounceError, match=words):
        told(text)
    assert known()[0].state == "sent"


@pytest.mark.parametrize(
    ("answer", "dead"), [(f"550 5.1.1 {ADDRESS} unknown", True), (f"552 5.2.2 {ADDRESS} is full", False)]
)
def test_a_refusal_while_sending_is_recorded_and_not_tried_again(alex, server, answer, dead):
    server.refusals["RCPT"] = answer
    mail = sent(alex)
    assert (mail.state, mail.answer) == ("refused", answer.replace(ADDRESS, "…"))
    assert (known()[1].bounced_email == ADDRESS) == dead
    server.refusals.clear()
    assert work(LATER) == (0, 0)
    assert server.taken == []


def test_a_server_that_is_busy_is_asked_again_until_it_is_too_late(alex, server):
    alex.card(is_default=True, exp_month=6, exp_year=2027)
    server.refusals["RCPT"] = "451 4.7.1 later"
    assert work(IN_WINDOW) == (1, 0)
    server.refusals.clear()
    assert work(IN_WINDOW + timedelta(hours=1)) == (0, 1)
    assert known()[0].state == "sent"


def test_a_server_that_stays_busy_until_the_first_gets_no_reminder(alex, server):
    alex.card(is_default=True, exp_month=6, exp_year=2027)
    server.refusals["RCPT"] = "451 4.7.1 later"
    assert work(IN_WINDOW) == (1, 0)
    server.refusals.clear()
    assert work(datetime(2027, 6, 30, 10, tzinfo=UTC)) == (0, 1)
    assert (known()[0].state, known()[0].answer, server.taken) == ("dropped", "it comes too late", [])


def test_what_is_sent_can_be_read_by_a_mail_program(alex, server):
    sent(alex)
    read = message_from_string(server.taken[0])
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
