"""Mail servers that post what came back: let in by a secret, and never told more than that it was taken."""

import pytest
from django.test import Client

from tests.mail.test_bounce import known, notification, sent

SECRET = "a secret of this installation for its mail servers"
PROOF = f"Bearer {SECRET}"


def post(body: bytes, authorization: str) -> int:
    client = Client(HTTP_HOST="book.localhost", enforce_csrf_checks=True)
    answer = client.post("/mail/bounces", body, content_type="message/rfc822", headers={"Authorization": authorization})
    assert answer.content == b""
    return answer.status_code


@pytest.fixture(autouse=True)
def _secrets(settings) -> None:
    settings.MAIL_BOUNCES_SECRETS = ["the one before, which is good for a while", SECRET]


def test_a_notification_is_recorded_once(alex):
    mail = sent(alex)
    assert post(notification(mail.id), PROOF) == 204
    back, customer = known()
    assert (back.state, back.answer) == ("bounced", "550 5.1.1 <…>: no such person here")
    assert customer.bounced_email == customer.email
    assert post(notification(mail.id), "bearer the one before, which is good for a while") == 204
    assert known()[0].answered_at == back.answered_at


def test_what_tells_of_no_mail_of_ours_is_taken_and_left_alone(alex):
    sent(alex)
    assert post(b"Subject: I am on holiday\r\n\r\n", PROOF) == 204
    assert known()[0].state == "sent"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", f"Basic {SECRET}", SECRET, f"{PROOF}x", PROOF[:-1]])
def test_without_the_secret_nothing_is_recorded(alex, authorization):
    mail = sent(alex)
    assert post(notification(mail.id), authorization) == 400
    assert known()[0].state == "sent"


def test_an_installation_without_a_secret_lets_nobody_in(alex, settings):
    settings.MAIL_BOUNCES_SECRETS = []
    mail = sent(alex)
    assert [post(notification(mail.id), one) for one in ("", "Bearer ", PROOF)] == [400, 400, 400]
