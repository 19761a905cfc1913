"""The history of cards: what is written, that it is only ever added to, and that the check names what was touched."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from typer.testing import CliRunner

from imin import cli
from imin.brokers.acting import acting
from imin.customers.models import Customer
from imin.ground.database import OWNER, as_owner
from imin.payments.history import By, Event, note, note_without_card
from imin.payments.history_check import Report, examine
from imin.payments.history_entry import HistoryEntry
from imin.payments.models import UNDO_PERIOD
from tests.payments.shop import DECLINED, MASTERCARD, VISA, YEAR, Shop, another_customer
from tests.payments.test_add import at_once


def entries(shop: Shop) -> list[HistoryEntry]:
    with acting(shop.tenant.broker_id, shop.customer_id):
        return list(HistoryEntry.objects.filter(customer_id=shop.customer_id).order_by("number"))


def told(shop: Shop) -> list[tuple[str, str]]:
    return [(entry.event, entry.by_whom) for entry in entries(shop)]


def checked() -> Report:
    with as_owner():
        return examine()


def problems() -> list[str]:
    return [problem.what for problem in checked().problems]


def as_superuser(statement: str, *values: Any) -> None:
    """Do what the triggers refuse to everybody else."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)


# ── what is written ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_verb_leaves_its_entry(shop: Shop):
    card = shop.edit(shop.saved(VISA), nickname="Daily", exp_year=YEAR + 1)
    other = shop.saved(MASTERCARD)
    shop.make_default(other)
    shop.remove(shop.card(card))
    shop.undo(card)
    shop.remove(shop.card(card))
    shop.later = UNDO_PERIOD + timedelta(seconds=1)
    shop.work()
    customer, bank, platform = By.CUSTOMER, By.BANK, By.PLATFORM
    assert told(shop) == [
        (Event.ADDED, customer),
        (Event.VERIFIED, bank),
        (Event.MADE_DEFAULT, platform),
        (Event.CONSENT_GIVEN, customer),
        (Event.EDITED, customer),
        (Event.ADDED, customer),
        (Event.VERIFIED, bank),
        (Event.CONSENT_GIVEN, customer),
        (Event.MADE_DEFAULT, customer),
        (Event.REMOVED, customer),
        (Event.BROUGHT_BACK, customer),
        (Event.REMOVED, customer),
        (Event.DETACHED, platform),
    ]
    assert entries(shop)[4].said == {"changes": {"expiry": [f"06/{YEAR}", f"06/{YEAR + 1}"], "nickname": ["", "Daily"]}}
    assert {entry.card_id for entry in entries(shop)} == {card.id, other.id}
    assert [entry.number for entry in entries(shop)] == list(range(1, 14))
    assert problems() == []


def test_adding_a_saved_card_again_is_a_verification_or_a_renewal(shop: Shop):
    shop.saved(VISA, exp_year=YEAR)
    shop.add(VISA, exp_year=YEAR)
    shop.add(VISA, exp_year=YEAR + 2)
    assert [event for event, _ in told(shop) if event != Event.CONSENT_GIVEN][3:] == [
        Event.VERIFIED,
        Event.RENEWED,
        Event.VERIFIED,
    ]
    assert entries(shop)[6].said["changes"]["expiry"] == [f"06/{YEAR}", f"06/{YEAR + 2}"]


def test_a_double_submit_is_one_entry(shop: Shop):
    card = shop.saved(VISA)
    for _ in range(2):
        shop.edit(card, nickname="Daily", version=card.version)
        shop.make_default(card)
    assert told(shop)[4:] == [(Event.EDITED, By.CUSTOMER)]


def test_what_is_changed_at_the_payment_service_is_told_as_the_services(shop: Shop):
    card = shop.saved(VISA)
    shop.pay.client().v1.payment_methods.update(card.reference, {"card": {"exp_year": YEAR + 3}})
    from imin.payments.follow import follow_card

    follow_card(**shop.whose, card_id=card.id, now=shop.now)
    (last,) = entries(shop)[4:]
    assert (last.event, last.by_whom) == (Event.UPDATED, By.SERVICE)
    assert last.said == {"changes": {"expiry": [f"06/{YEAR}", f"06/{YEAR + 3}"]}}


def test_a_declined_try_is_told_once_without_a_card(shop: Shop):
    begun = shop.begin()
    with pytest.raises(Exception, match="declined"):
        shop.confirm(begun, DECLINED)
    for _ in range(2):
        shop.later += timedelta(minutes=10)
        shop.work()
    (entry,) = entries(shop)
    assert (entry.event, entry.by_whom, entry.card_id, entry.said) == ("declined", "bank", None, {"reason": "declined"})


def test_no_number_and_no_secret_gets_into_it(shop: Shop):
    card = shop.saved(VISA)
    said = {"nickname": ["", f"my {VISA}"], "deep": [{"key": "sk_live_abcdef123456"}]}
    with acting(shop.tenant.broker_id, shop.customer_id):
        note(card=card, event=Event.EDITED, details=said, now=shop.now)
    kept = entries(shop)[-1].details
    assert VISA not in kept
    assert "sk_live" not in kept


def test_two_at_once_follow_each_other(shop: Shop):
    card = shop.saved(VISA)

    def write(number: int) -> None:
        with acting(shop.tenant.broker_id, shop.customer_id):
            note(card=card, event=Event.USED, details={"booking": str(number)}, now=shop.now)

    at_once(*(lambda number=number: write(number) for number in range(8)))
    assert [entry.number for entry in entries(shop)] == list(range(1, 13))
    assert problems() == []


# ── only ever added to ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_historyentry SET event = 'added'",
        "UPDATE payments_historyentry SET details = '{}'",
        "UPDATE payments_historyentry SET details = '', salt = '', blanked_at = now()",
        "DELETE FROM payments_historyentry",
        "TRUNCATE payments_historyentry",
    ],
)
def test_the_owner_cannot_change_it(shop: Shop, statement):
    shop.saved(VISA)
    with pytest.raises(DatabaseError, match="only ever added to"), connections[OWNER].cursor() as cursor:
        cursor.execute(statement)
    assert problems() == []


def test_the_web_role_can_only_read_and_add(shop: Shop):
    shop.saved(VISA)
    for statement in ("UPDATE payments_historyentry SET event = 'x'", "DELETE FROM payments_historyhead"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            acting(shop.tenant.broker_id, shop.customer_id),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_details_of_an_erased_customer_can_be_blanked_once_and_the_chain_stays_whole(shop: Shop):
    shop.edit(shop.saved(VISA), nickname="Daily")
    blank = "UPDATE payments_historyentry SET details = '', salt = '', blanked_at = now()"
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET erased_at = now()")
        cursor.execute(blank)
    assert [(entry.details, entry.said) for entry in entries(shop)] == [("", {})] * 5
    assert problems() == []
    with pytest.raises(DatabaseError, match="only ever added to"), connections[OWNER].cursor() as cursor:
        cursor.execute(blank)


# ── the check ───────────────────────────────────────────────────────────────────────────────────────────────

NUMBER_2 = "WHERE number = 2"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (f"UPDATE payments_historyentry SET event = 'used' {NUMBER_2}", ["Entry 2 was changed."]),
        (f"UPDATE payments_historyentry SET at = at + interval '1 hour' {NUMBER_2}", ["Entry 2 was changed."]),
        (
            "UPDATE payments_historyentry SET details = '{}' WHERE number = 1",
            ["The details of entry 1 were changed."],
        ),
        (
            f"UPDATE payments_historyentry SET details = '', salt = '', blanked_at = now() {NUMBER_2}",
            ["The details of entry 2 were blanked although its Customer was not erased."],
        ),
        (f"DELETE FROM payments_historyentry {NUMBER_2}", ["Entry 2 is missing."]),
        ("DELETE FROM payments_historyentry WHERE number IN (1, 2)", ["Entries 1 to 2 are missing."]),
        (
            "DELETE FROM payments_historyentry WHERE number = 5",
            ["The newest entry was 5; it is missing or was replaced."],
        ),
        ("DELETE FROM payments_historyentry", ["All 5 entries are missing."]),
        ("DELETE FROM payments_historyhead", ["What the newest entry was is not known any more."]),
        (
            (
                "UPDATE payments_historyentry SET number = CASE number WHEN 2 THEN 1003 ELSE 1002 END "
                "WHERE number IN (2, 3); UPDATE payments_historyentry SET number = number - 1000 WHERE number > 1000"
            ),
            [
                "Entry 2 does not follow entry 1: one of them was replaced, or moved.",
                "Entry 2 was changed.",
                "Entry 3 does not follow entry 2: one of them was replaced, or moved.",
                "Entry 3 was changed.",
                "Entry 4 does not follow entry 3: one of them was replaced, or moved.",
            ],
        ),
        (
            "ALTER TABLE payments_historyentry DISABLE TRIGGER history_append_only",
            ["The trigger history_append_only is missing or switched off: entries may be missing or changed since."],
        ),
    ],
)
def test_a_harm_by_a_superuser_is_named(shop: Shop, harm, words):
    shop.edit(shop.saved(VISA), nickname="Daily")
    assert problems() == []
    as_superuser(harm)
    found = problems()
    if "DISABLE" in harm:
        as_superuser("ALTER TABLE payments_historyentry ENABLE TRIGGER history_append_only")
    assert found == words


def test_each_customer_has_a_chain_of_their_own(shop: Shop):
    shop.saved(VISA)
    other = another_customer(shop)
    other.saved(MASTERCARD)
    as_superuser("DELETE FROM payments_historyentry WHERE number = 2 AND customer_id = %s", other.customer_id)
    report = checked()
    assert [(one.customer_id, one.number) for one in report.problems] == [(other.customer_id, 3)]
    assert (report.entries, report.customers) == (7, 2)


def test_the_command_says_it_in_words_and_for_programs(shop: Shop, monkeypatch):
    monkeypatch.setattr(cli, "_setup", lambda: None)  # Django is set up, and its log belongs to pytest
    shop.saved(VISA)
    run = CliRunner().invoke
    well = run(cli.app, ["check", "history", shop.tenant.slug])
    assert (well.exit_code, well.stdout) == (0, "✓ Entries: 4, Customers: 1. None was changed, and none is missing.\n")
    as_superuser("DELETE FROM payments_historyentry WHERE number = 2")
    ill = run(cli.app, ["check", "history"])
    assert ill.exit_code == 1
    assert f"✗ Customer {shop.customer_id}: Entry 2 is missing." in ill.stdout
    report = json.loads(run(cli.app, ["check", "history", "--json"]).stdout)
    assert report["well"] is False
    assert report["problems"] == [
        {"customer": str(shop.customer_id), "entry": 3, "problem": "Entry 2 is missing."},
    ]


def test_an_unknown_broker_is_not_all_brokers(shop: Shop, monkeypatch):
    monkeypatch.setattr(cli, "_setup", lambda: None)
    run = CliRunner().invoke(cli.app, ["check", "history", "nobody"])
    assert isinstance(run.exception, cli.RefusedError)


def test_what_is_about_no_card_is_in_the_chain_too(shop: Shop):
    with acting(shop.tenant.broker_id, shop.customer_id):
        note_without_card(**shop.whose, event=Event.REMINDED, by=By.PLATFORM, now=shop.now)
    assert told(shop) == [(Event.REMINDED, By.PLATFORM)]
    assert problems() == []
    with as_owner():
        assert Customer.objects.get(id=shop.customer_id).history.count() == 1
