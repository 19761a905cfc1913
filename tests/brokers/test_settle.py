"""What looks at a domain mean for its state, and the mail to operators."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from imin.brokers.alert import alert
from imin.brokers.findings import Finding, Result, Status
from imin.brokers.models import Domain
from imin.brokers.recheck import recheck, recheck_due
from imin.brokers.settle import ALERT, settle
from imin.ground import outbox
from imin.ground.database import OWNER
from imin.ground.outbox import Effect
from tests.brokers.conftest import HOST

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OK = {"target": "ok", "cname": "ok", "proof": "ok", "authorities": "ok", "certificate": "ok", "reach": "ok"}
DOWN = {**OK, "reach": "wrong"}


def found(**statuses):
    return [Result(name, name, Finding(Status(status), f"{name} is {status}.")) for name, status in statuses.items()]


def state(domain, statuses, *, at=NOW, **how):
    return settle(domain=domain, results=found(**statuses), now=at, **how).state


@pytest.fixture
def active(domain):
    domain.state, domain.state_since, domain.checked_at = "active", NOW - timedelta(days=9), NOW
    domain.save()
    return domain


def test_from_pending_to_active(domain, serve):
    serve()
    assert recheck_due(now=NOW) == 1
    assert Domain.objects.get().state == "verified"
    assert recheck_due(now=NOW + timedelta(minutes=9)) == 0
    assert recheck_due(now=NOW + timedelta(minutes=10)) == 1
    assert Domain.objects.get().state == "active"
    assert not Effect.objects.exists()


def test_only_the_proof_verifies(domain):
    assert state(domain, {**OK, "proof": "wrong"}) == "pending"
    assert state(domain, {**OK, "proof": "not checked"}) == "pending"
    assert state(domain, {**DOWN, "cname": "wrong"}) == "verified"


def test_a_verified_domain_waits_for_its_first_certificate_without_alert(domain):
    state(domain, OK)
    for _ in range(5):
        assert state(domain, {**DOWN, "certificate": "wrong"}) == "verified"
    assert not Effect.objects.exists()
    assert Domain.objects.get().problem == "certificate is wrong. reach is wrong."
    assert state(domain, OK) == "active"
    assert Domain.objects.get().problem == ""


@pytest.mark.parametrize(
    "bad",
    [
        {"reach": "wrong"},
        {"certificate": "wrong"},
        {"certificate": "warning"},
        {"cname": "wrong", "proof": "warning"},
        {"cname": "warning", "proof": "warning"},
    ],
)
def test_three_failures_in_a_row_are_failing(active, bad):
    for expected in ("active", "active", "failing", "failing"):
        assert state(active, {**OK, **bad}) == expected
    assert [effect.payload["state"] for effect in Effect.objects.all()] == ["failing"]


@pytest.mark.parametrize(
    "odd",
    [
        {"proof": "warning"},
        {"cname": "warning"},
        {"authorities": "wrong"},
        {"target": "wrong"},
        dict.fromkeys(("target", "cname", "proof", "authorities"), "not checked"),
    ],
)
def test_what_still_serves_is_not_failing(active, odd):
    for _ in range(4):
        assert state(active, {**OK, **odd}) == "active"


def test_a_platform_that_is_cut_off_from_the_dns_blames_nobody(active):
    cut_off = {**DOWN, **dict.fromkeys(("target", "cname", "proof", "authorities"), "not checked")}
    for _ in range(4):
        assert state(active, cut_off) == "active"
    assert Domain.objects.get().failures == 0


def test_a_domain_that_was_deleted_meanwhile_is_passed_over(domain):
    Domain.objects.all().delete()
    assert state(domain, OK) == "pending"


def test_a_failure_that_passes_is_forgotten(active):
    for statuses in (DOWN, DOWN, OK, DOWN, DOWN):
        assert state(active, statuses) == "active"
    assert not Effect.objects.exists()


def test_looks_by_hand_mend_and_never_worsen(active):
    for _ in range(5):
        assert state(active, DOWN, by_hand=True) == "active"
    Domain.objects.update(state="failing")
    assert state(active, OK, by_hand=True) == "active"
    Domain.objects.update(state="pending")
    assert state(active, OK, by_hand=True) == "verified"


def test_what_is_removed_stays_removed(active):
    Domain.objects.update(state="removed")
    assert state(active, OK) == "removed"


def test_a_look_at_what_was_taken_back_meanwhile_counts_for_nothing(domain):
    Domain.objects.update(proof="another")
    assert state(domain, OK) == "pending"


def test_how_often_each_is_looked_at(active):
    later = NOW + timedelta(hours=23, minutes=59)
    assert recheck_due(now=later) == 0
    Domain.objects.update(failures=1)
    assert recheck_due(now=NOW + timedelta(minutes=14)) == 0
    assert recheck_due(now=NOW + timedelta(minutes=15)) == 1
    Domain.objects.update(state="failing", checked_at=NOW)
    assert recheck_due(now=NOW + timedelta(minutes=59)) == 0
    assert recheck_due(now=NOW + timedelta(hours=1)) == 1
    Domain.objects.update(state="pending", state_since=NOW - timedelta(days=8), checked_at=NOW)
    assert recheck_due(now=later) == 0
    assert recheck_due(now=NOW + timedelta(days=1)) == 1
    Domain.objects.update(state="removed", checked_at=None)
    assert recheck_due(now=NOW) == 0


def test_an_inactive_brokers_domains_are_left_alone(active):
    active.broker.active = False
    active.broker.save()
    assert recheck_due(now=NOW + timedelta(days=2)) == 0


def test_operators_are_told_once_of_failing_and_once_of_recovery(active, serve, settings, mailoutbox):
    settings.OPERATORS_MAIL = ["ops@platform.example", "second@platform.example"]
    serve(other=True)
    now = NOW + timedelta(days=1)
    for _ in range(5):
        recheck_due(now=now)
        now += timedelta(hours=1)
        outbox.drain(kind=ALERT, now=now, handle=alert)
    assert [message.subject for message in mail.outbox] == [f"{HOST} is failing"]
    message = mail.outbox[0]
    assert message.to == ["ops@platform.example", "second@platform.example"]
    assert "not as this platform would" in message.body
    assert f"https://console.localhost:{settings.PUBLIC_PORT}/brokers/broker/{active.broker_id}/check/" in message.body
    assert message.extra_headers["Message-ID"] == f"<{Effect.objects.get().id}@localhost>"
    serve()
    recheck_due(now=now)
    for _ in range(2):
        outbox.drain(kind=ALERT, now=now, handle=alert)
    assert [message.subject for message in mail.outbox][1:] == [f"{HOST} works again"]


def test_the_broker_is_told_too_where_they_want_to_be(active, serve, settings, mailoutbox):
    settings.OPERATORS_MAIL = ["ops@platform.example"]
    active.broker.alert_mail = "web@acme.example"
    active.broker.save()
    serve(other=True)
    for hours in range(4):
        recheck_due(now=NOW + timedelta(days=1, hours=hours))
    outbox.drain(kind=ALERT, now=NOW + timedelta(days=2), handle=alert)
    assert [message.to for message in mailoutbox] == [["ops@platform.example"], ["web@acme.example"]]
    assert "not as this platform would" in mailoutbox[1].body
    assert "console" not in mailoutbox[1].body


def test_the_alert_and_its_state_are_stored_together_or_not_at_all(active):
    Domain.objects.update(failures=2)

    class KilledError(BaseException):
        pass

    def killed_before_the_end():
        with transaction.atomic(using=OWNER):
            state(active, DOWN)
            raise KilledError

    with pytest.raises(KilledError):
        killed_before_the_end()
    assert Domain.objects.get().state == "active"
    assert not Effect.objects.exists()


def test_a_mail_server_that_is_down_is_tried_again(active, settings, closed_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    Domain.objects.update(failures=2)
    state(active, DOWN)
    assert outbox.drain(kind=ALERT, now=NOW, handle=alert) == 0
    effect = Effect.objects.get()
    assert effect.done_at is None
    assert "ConnectionRefusedError" in effect.last_error


def test_without_a_mail_server_the_mail_is_a_file(active, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    Domain.objects.update(failures=2)
    state(active, DOWN)
    assert outbox.drain(kind=ALERT, now=NOW, handle=alert) == 1
    (file,) = settings.EMAIL_FILE_PATH.iterdir()
    assert f"Subject: {HOST} is failing" in file.read_text()


def test_without_operators_the_alert_is_in_the_log_alone(active, settings, mailoutbox):
    settings.OPERATORS_MAIL = []
    Domain.objects.update(failures=2)
    state(active, DOWN)
    assert outbox.drain(kind=ALERT, now=NOW, handle=alert) == 1
    assert mail.outbox == []


def test_a_domain_of_a_development_machine_needs_no_dns_to_recover(active, serve, settings):
    settings.PUBLIC_SCHEME = "http"
    active.host = "cards.acme.localhost"
    active.state = "failing"
    active.save()
    statuses = {**dict.fromkeys(OK, "not checked"), "reach": "ok"}
    assert state(active, statuses) == "active"
    assert recheck(domain=active, now=NOW)[0].finding.status == "not checked"


@pytest.fixture
def closed_port():
    """Return a port at which nobody listens."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
