"""Erasure: one person who left traces everywhere is gone from every table and the payment service; others stay."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections
from typer.testing import CliRunner

from imin import cli, cli_rights
from imin.customers.models import Customer
from imin.ground import outbox
from imin.ground.database import OWNER, as_owner
from imin.identity import sessions
from imin.identity.models import Session, SignIn
from imin.mail.models import SentMail
from imin.payments.consents.evidence import ConsentEvidence
from imin.payments.guard.summary import summary_of
from imin.payments.history_check import examine
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import Card, CardBooking, CardFailure, CardHold, GatewayEvent
from imin.payments.remind import KIND as REMINDER
from imin.rights.ask import ask_to_erase
from imin.rights.erase import erase_due
from imin.rights.search import in_database, in_files
from tests.payments.shop import DECLINED, MASTERCARD, VISA, Shop, another_customer

KNOWN = {
    "email": "ålva.eraseme@example.org",
    "given_name": "Ålvaquist",
    "family_name": "O'Erasemé",
    "subject": "sub|eraseme-77",
    "nickname": "Eraseme card",
    "holder": "A. Erasemé-Holder",
    "town": "Erasemetown",
    "title": "Erasemé's swim",
    "network": "203.0.113.7",
}


def seed(shop: Shop) -> list[str]:
    """Let the shop's Customer leave something in every table that can hold it; return the tokens they had."""
    with as_owner():
        Customer.objects.filter(id=shop.customer_id).update(
            **{name: KNOWN[name] for name in ("email", "given_name", "family_name", "subject")},
            bounced_email=KNOWN["email"],
        )
    card = shop.saved(VISA, name=KNOWN["holder"], address={"city": KNOWN["town"], "country": "GB"})
    card = shop.edit(card, nickname=KNOWN["nickname"], address={"city": KNOWN["town"], "country": "FR"})
    other = shop.saved(MASTERCARD)
    removed = shop.remove(other).card
    begun = shop.begin()
    with pytest.raises(Exception, match="declined"):
        shop.confirm(begun, DECLINED, name=KNOWN["holder"])
    whose = {"broker_id": shop.tenant.broker_id, "customer_id": shop.customer_id}
    sessions.start(
        tenant=shop.tenant,
        customer_id=shop.customer_id,
        subject=KNOWN["subject"],
        provider_session="",
        id_token=KNOWN["email"],
        now=shop.now,
    )
    with as_owner():
        day = {"day": shop.now.date(), "until": shop.now + timedelta(days=9)}
        moments = {"placed_at": shop.now, "changed_at": shop.now}
        CardBooking.objects.create(card=card, reference=KNOWN["title"], title=KNOWN["title"], **whose, **day, **moments)
        CardFailure.objects.create(
            attempt=uuid4().hex, network=KNOWN["network"], decline="declined", failed_at=shop.now, **whose
        )
        CardHold.objects.create(
            whose="customer",
            step=1,
            because=KNOWN["given_name"],
            created_at=shop.now,
            changed_at=shop.now,
            wait_until=shop.now,
            until=shop.now + timedelta(hours=1),
            **whose,
        )
        SentMail.objects.create(kind="x", state="sent", at=shop.now, answer=KNOWN["family_name"], **whose)
        payload = {"customer": str(shop.customer_id), "to": KNOWN["email"]}
        outbox.put(kind=REMINDER, broker_id=shop.tenant.broker_id, payload=payload, now=shop.now)
        GatewayEvent.objects.create(
            event="evt_1", kind="card", subject=card.reference, received_at=shop.now, due_at=shop.now
        )
        SignIn.objects.create(
            key_hash=uuid4().hex,
            broker_id=shop.tenant.broker_id,
            nonce="n",
            verifier="v",
            return_path="/edit",
            login_hint=KNOWN["email"],
            created_at=shop.now,
        )
    return [card.reference, removed.reference, shop.payer().reference]


def traces(*more: str) -> list[str]:
    """Return where anything that is known of the person is found."""
    with as_owner():
        return [trace.where for trace in in_database([*KNOWN.values(), *more])]


def erase(shop: Shop) -> None:
    assert ask_to_erase(**shop.whose, now=shop.now) is True
    with as_owner():
        erase_due(now=shop.now)


def test_the_person_is_everywhere_before_and_nowhere_after(shop: Shop):
    tokens = seed(shop)
    before = set(traces(*tokens))
    assert before >= {
        "public.customers_customer.email",
        "public.identity_session.subject",
        "public.identity_signin.login_hint",
        "public.mail_sentmail.answer",
        "public.outbox.payload",
        "public.payments_card.nickname",
        "public.payments_cardbooking.title",
        "public.payments_cardchange.changes",
        "public.payments_cardfailure.network",
        "public.payments_cardhold.because",
        "public.payments_cardsetup.network",
        "public.payments_gatewayevent.subject",
        "public.payments_historyentry.details",
        "public.payments_payer.reference",
    }
    erase(shop)
    left = traces(*tokens)
    assert left == ["public.payments_consentevidence.ip"]  # the evidence, which is kept and says so
    assert shop.pay.client().v1.customers.retrieve(tokens[2]).deleted


def test_what_is_kept_says_nothing_of_the_person_and_the_chain_is_whole(shop: Shop):
    seed(shop)
    erase(shop)
    with as_owner():
        assert examine().problems == []
        assert {(entry.details, entry.salt) for entry in HistoryEntry.objects.all()} == {("", "")}
        assert HistoryEntry.objects.latest("number").event == "erased"
        assert {given.ended_because for given in ConsentEvidence.objects.all()} == {"erased"}
        assert all(given.kept_until for given in ConsentEvidence.objects.all())
        assert {(card.status, card.last4, card.fingerprint) for card in Card.objects.all()} == {("detached", "", "")}
        assert Session.objects.count() == 0


def test_what_failed_is_nobodys_and_still_counts_for_the_broker(shop: Shop):
    seed(shop)
    with as_owner():
        before = CardFailure.objects.count()
    erase(shop)
    with as_owner():
        assert CardFailure.objects.count() == before > 0
        assert set(CardFailure.objects.values_list("customer", "network", "fingerprint", "bin")) == {(None, "", "", "")}
        assert summary_of(broker_id=shop.tenant.broker_id, now=shop.now).hour == before


def test_others_keep_everything(shop: Shop):
    seed(shop)
    other = another_customer(shop)
    theirs = other.saved(VISA)
    erase(shop)
    assert other.cards() == [other.card(theirs)]
    assert other.attached() == [theirs.reference]
    with as_owner():
        assert ConsentEvidence.objects.get(customer_id=other.customer_id).ended_at is None


def test_the_account_is_closed_at_once_though_the_service_is_down_and_erased_when_it_is_back(shop: Shop):
    tokens = seed(shop)
    assert ask_to_erase(**shop.whose, now=shop.now)
    with as_owner():
        assert not Session.objects.filter(ended_at=None).exists()
    with shop.fault("down"), as_owner():
        erase_due(now=shop.now)
    assert "public.payments_card.nickname" in traces()
    shop.later = timedelta(minutes=10)
    with as_owner():
        assert erase_due(now=shop.now) == 1
    assert traces(*tokens) == ["public.payments_consentevidence.ip"]


def test_a_crash_between_the_service_and_our_rows_is_finished_later(shop: Shop, monkeypatch):
    tokens = seed(shop)
    ask_to_erase(**shop.whose, now=shop.now)

    class CrashError(Exception):
        pass

    def crash(**_given: object) -> None:
        raise CrashError

    monkeypatch.setattr("imin.mail.erase.erase", crash)
    with pytest.raises(CrashError), as_owner():
        erase_due(now=shop.now)
    monkeypatch.undo()
    shop.later = timedelta(minutes=10)
    with as_owner():
        assert erase_due(now=shop.now) == 1
    assert traces(*tokens) == ["public.payments_consentevidence.ip"]


def test_asking_twice_is_once(shop: Shop):
    erase(shop)
    assert ask_to_erase(**shop.whose, now=shop.now) is False


def test_a_card_that_was_being_added_is_given_up_too(shop: Shop):
    shop.saved(MASTERCARD)
    begun = shop.begin()
    shop.confirm(begun, VISA)
    reference = shop.payer().reference
    erase(shop)
    assert shop.pay.client().v1.customers.retrieve(reference).deleted
    assert shop.cards() == []


def test_every_table_with_customers_is_one_that_erasing_was_thought_of(database):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT table_name::text FROM information_schema.columns WHERE column_name = 'customer_id'")
        there = {name for (name,) in cursor.fetchall()}
    assert there == {
        "identity_session",  # deleted
        "mail_sentmail",  # deleted
        "payments_card",  # blanked
        "payments_cardbooking",  # blanked
        "payments_cardchange",  # deleted
        "payments_cardfailure",  # blanked, counts for the Broker
        "payments_cardhold",  # deleted
        "payments_cardsetup",  # blanked
        "payments_consentevidence",  # kept, and says until when
        "payments_historyentry",  # blanked
        "payments_historyhead",  # holds nothing personal
        "payments_cardreminder",  # deleted
        "payments_payer",  # blanked
    }


# ── searching ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", ["O'Erasemé", "100%_sure\\", 'say "hi"', "ÅLVAQUIST"])
def test_a_value_is_found_however_it_is_written(shop: Shop, value):
    with as_owner():
        Customer.objects.update(given_name=value.lower() if value.isupper() else value)
        outbox.put(kind="x", broker_id=shop.tenant.broker_id, payload={"name": value}, now=shop.now)
        assert {trace.where for trace in in_database([value])} >= {
            "public.customers_customer.given_name",
            "public.outbox.payload",
        }
        assert not list(in_database(["100X_sure"]))


def test_a_table_that_was_made_since_is_searched_too(database):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("CREATE TABLE passes (id int, holder text, picture bytea); ")
        cursor.execute("INSERT INTO passes VALUES (1, 'Eraseme', %s)", [b"of Eraseme"])
        try:
            with as_owner():
                assert [trace.where for trace in in_database(["eraseme"])] == ["public.passes.holder"]
                assert [trace.where for trace in in_database(["Eraseme"])] == [
                    "public.passes.holder",
                    "public.passes.picture",
                ]
        finally:
            cursor.execute("DROP TABLE passes")


def test_files_are_searched_line_by_line(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "web.log").write_text("fine\nto ERASEMÉ\n" + json.dumps({"to": "erasemé"}) + "\n")
    found = list(in_files(["nobody", "Erasemé"], [tmp_path]))
    assert [(trace.where.rpartition("/")[2], trace.value) for trace in found] == [("web.log:2", 2), ("web.log:3", 2)]


def test_the_commands_erase_and_then_find_nothing(shop: Shop, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cli_rights, "setup", lambda: None)  # Django is set up, and its log belongs to pytest
    seed(shop)
    run = CliRunner().invoke
    known = "\n".join(value for name, value in KNOWN.items() if name != "network")
    log = tmp_path / "log"
    log.write_text("nothing here\n")
    before = run(cli.app, ["check", "erased"], input=known)
    assert before.exit_code == 1
    assert "✗ public.customers_customer.email: value 1" in before.stdout
    assert KNOWN["email"] not in before.stdout
    with as_owner():
        identifier = Customer.objects.get(id=shop.customer_id).identifier
    assert run(cli.app, ["customers", "erase", shop.tenant.slug, identifier]).exit_code == 0
    after = run(cli.app, ["check", "erased", str(log)], input=known)
    assert (after.exit_code, after.stdout) == (0, "✓ None of the 8 values is in any table or file.\n")
    log.write_text(f"to {KNOWN['email']}\n")
    report = json.loads(run(cli.app, ["check", "erased", str(log), "--json"], input=known).stdout)
    assert report["found"] == [{"where": f"{log}:1", "value": 1, "times": 1}]
    again = run(cli.app, ["customers", "erase", shop.tenant.slug, identifier])
    assert "was erased before" in str(again.exception)
