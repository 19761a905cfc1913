import re

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from imin.customers.models import Customer
from imin.ground import clock, vault
from imin.ground.admin import ReadOnlyAdmin
from imin.ground.database import as_owner
from imin.identity.models import Session
from imin.payments.models import Card, Payer, PaymentAccount
from tests.brokers import build
from tests.console import phone

READ_ONLY = sorted(
    f"/{model._meta.app_label}/{model._meta.model_name}/"
    for model, listing in site._registry.items()
    if isinstance(listing, ReadOnlyAdmin)
)


@pytest.fixture
def world(database):
    """Store two Brokers, each with a Customer; the first has two cards and a session."""
    now = clock.now()
    with as_owner():
        acme, harbour = build.broker("acmebroker"), build.broker("harbour")
        ann = Customer.objects.create(broker=acme, given_name="Ann", subject="sub-ann", created_at=now)
        Customer.objects.create(broker=harbour, given_name="Hugh", created_at=now)
        times = {"created_at": now, "changed_at": now, "exp_month": 6, "exp_year": 2030}
        for brand, last4 in (("visa", "4242"), ("amex", "0005")):
            Card.objects.create(
                broker=acme,
                customer=ann,
                brand=brand,
                last4=last4,
                reference=f"pm_{brand}",
                fingerprint="fp_1",
                **times,
            )
        Session.objects.create(
            key_hash="hash-of-cookie",
            broker=acme,
            customer_id=ann.id,
            subject="sub-ann",
            id_token_encrypted=vault.encrypt("token of Ann"),
            created_at=now,
            seen_at=now,
        )
    return ann


def page(console, path, **query):
    answer = console.get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_listings_that_operators_need_are_there():
    assert READ_ONLY == [
        "/brokers/blockedbypolicy/",
        "/console/auditentry/",
        "/customers/customer/",
        "/ground/effect/",
        "/ground/job/",
        "/identity/session/",
        "/mail/sentmail/",
        "/payments/card/",
        "/payments/cardbooking/",
        "/payments/cardchange/",
        "/payments/cardfailure/",
        "/payments/cardhold/",
        "/payments/cardsetup/",
        "/payments/gatewayevent/",
    ]


@pytest.mark.parametrize("path", READ_ONLY)
def test_nobody_adds_a_row_by_hand(console, path):
    assert console.get(f"{path}add/").status_code == 403
    assert console.post(f"{path}add/", {}).status_code == 403


def test_nobody_edits_or_deletes_a_row_by_hand(console, world):
    with as_owner():
        rows = [*Card.objects.all(), *Customer.objects.all(), *Session.objects.all()]
    for row in rows:
        path = f"/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"
        assert console.get(f"{path}change/").status_code == 200
        assert console.post(f"{path}change/", {"nickname": "changed"}).status_code == 403
        assert console.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    with as_owner():
        assert Card.objects.filter(nickname="").count() == 2


def test_cards_are_found_by_last_four_and_by_customer(console, world):
    found = page(console, "/payments/card/", q="4242")
    assert "visa •••• 4242" in found
    assert "amex •••• 0005" not in found
    found = page(console, "/payments/card/", q=world.identifier)
    assert "visa •••• 4242" in found
    assert "amex •••• 0005" in found
    assert "visa ••••" not in page(console, "/payments/card/", q="nobody")


def test_customers_are_found_by_identifier(console, world):
    found = page(console, "/customers/customer/", q=world.identifier)
    assert "Ann" in found
    assert "Hugh" not in found


def test_sessions_are_found_by_customer_and_a_word_that_is_no_id_finds_nothing(console, world):
    assert "sub-ann" in page(console, "/identity/session/", q=str(world.id))
    assert "0 sessions" in page(console, "/identity/session/", q="nobody")


def test_sessions_name_the_customer_and_lead_to_the_account(console, world):
    found = page(console, "/identity/session/", q="Ann")
    assert f'<a href="/customers/customer/{world.id}/change/">Ann ' in found
    assert str(world.id) not in re.sub(r'href="[^"]*"', "", found)
    assert "0 sessions" in page(console, "/identity/session/", q="Hugh")


def test_no_page_shows_a_cookie_a_token_or_a_secret(console, world):
    with as_owner():
        session = Session.objects.get()
        cards = list(Card.objects.all())
    pages = [page(console, path) for path in READ_ONLY]
    pages += [page(console, f"/identity/session/{session.pk}/change/")]
    pages += [page(console, f"/payments/card/{card.pk}/change/") for card in cards]
    for secret in ("hash-of-cookie", "token of Ann", session.id_token_encrypted, "s3cret of"):
        assert not [text for text in pages if secret in text], secret


def test_a_session_is_ended_by_an_action_and_the_log_says_so(console, world):
    with as_owner():
        session = Session.objects.get()
    chosen = {"action": "end_sessions", "_selected_action": [str(session.pk)]}
    assert "1 session(s) ended." in console.post("/identity/session/", chosen, follow=True).content.decode()
    assert "0 session(s) ended." in console.post("/identity/session/", chosen, follow=True).content.decode()
    with as_owner():
        session.refresh_from_db()
        assert session.ended_at
        assert session.id_token_encrypted == ""
        assert LogEntry.objects.get().get_change_message() == "Ended."


def test_an_operator_who_may_only_look_cannot_end_sessions(world):
    with as_owner():
        looker = User.objects.create_user("lena", password="only looking", is_staff=True)
        looker.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="identity"))
        browser = phone.signed_in(looker)
        session = Session.objects.get()
    browser.post("/identity/session/", {"action": "end_sessions", "_selected_action": [str(session.pk)]})
    assert browser.get("/payments/card/").status_code == 403
    with as_owner():
        session.refresh_from_db()
    assert session.ended_at is None


def test_a_payment_account_is_fixed_once_a_customer_is_known_in_it(console, world):
    with as_owner():
        account = PaymentAccount.objects.create(broker=world.broker, reference="acct_1")
    path = f"/payments/paymentaccount/{account.pk}/"
    sent = {"broker": str(world.broker_id), "reference": "acct_2"}
    assert console.post(f"{path}change/", sent).status_code == 302
    with as_owner():
        Payer.objects.create(broker=world.broker, customer=world, account="acct_2", reference="cus_1")
    assert console.post(f"{path}change/", {**sent, "reference": "acct_3"}).status_code == 403
    assert console.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    with as_owner():
        assert PaymentAccount.objects.get().reference == "acct_2"
