"""Consents that were kept in the set-ups, before there was a table for evidence, are evidence afterwards; and back."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from imin.ground.database import OWNER
from imin.payments.consents.evidence import ConsentEvidence
from tests.brokers import build

THEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
OTHER = "A text of which only the hash was kept."
TEXT = (
    "I agree that Acme keeps this card, so that I can pay for my own bookings with it. "
    "I can remove it here at any time."
)


def old_world():
    return MigrationExecutor(connections[OWNER]).migrate([("payments", "0008_reminders")]).apps


def said(text: str) -> dict[str, str]:
    given = {"given_at": THEN.isoformat(), "ip": "203.0.113.7", "user_agent": "a browser"}
    return {"version": "keep-1", "language": "en-gb", "text_hash": sha256(text.encode()).hexdigest(), **given}


def store(old, broker, consent, *, saved: bool = True) -> None:
    customer = old.get_model("customers", "Customer").objects.create(
        broker_id=broker.id, identifier=uuid4().hex[:16], created_at=THEN
    )
    whose = {"broker_id": broker.id, "customer_id": customer.id}
    times = {"created_at": THEN, "changed_at": THEN, "exp_month": 6, "exp_year": 2030}
    card = old.get_model("payments", "Card").objects.create(
        reference=uuid4().hex, brand="visa", last4="4242", **times, **whose
    )
    old.get_model("payments", "CardSetup").objects.create(
        attempt=uuid4(), card=card if saved else None, consent=consent, created_at=THEN, due_at=THEN, **whose
    )


def test_what_was_agreed_to_becomes_evidence_and_can_go_back(owner):
    broker = build.broker("acmebroker", name="Acme")
    old = old_world()
    try:
        store(old, broker, said(TEXT))
        store(old, broker, said(OTHER))
        store(old, broker, {"text_hash": "0" * 64})
        store(old, broker, {})
        store(old, broker, said(TEXT), saved=False)
    finally:
        call_command("migrate", database=OWNER, verbosity=0)
    found = {one.text_hash: one for one in ConsentEvidence.objects.all()}
    assert len(found) == ConsentEvidence.objects.count() == 3  # one without consent, one that led to no card
    known, unknown, bare = (found[said(text)["text_hash"]] if text else found["0" * 64] for text in (TEXT, OTHER, ""))
    assert (known.text, unknown.text, bare.text) == (TEXT, "", "")
    assert (known.purpose, known.version, known.language, known.payee) == ("keep", "keep-1", "en-gb", "Acme")
    assert (known.given_at, known.ip, known.user_agent) == (THEN, "203.0.113.7", "a browser")
    assert (known.setup.card_id, known.ended_at) == (known.card_id, None)
    assert (bare.given_at, bare.version, bare.ip) == (THEN, "", "")
    try:
        again = old_world().get_model("payments", "CardSetup").objects
        assert [one.consent["text_hash"] for one in again.filter(consent__ip="203.0.113.7", card__isnull=False)] != []
        assert again.filter(consent={}).count() == 2
    finally:
        call_command("migrate", database=OWNER, verbosity=0)
    assert ConsentEvidence.objects.filter(text=TEXT, given_at=THEN).count() == 1
