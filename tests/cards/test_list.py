import re
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.dates import MONTHS

from imin.brokers.acting import acting
from imin.brokers.models import Branding, Broker
from imin.cards.notices import Notice, code
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity import sessions
from imin.identity.models import Session
from tests.brokers import build
from tests.cards.person import person, text


def say(person, notice: str) -> None:
    with acting(person.tenant.broker_id):
        session = Session.objects.get(customer_id=person.customer_id)
        sessions.say(session=session, notice=notice, now=clock.now())


def test_the_root_leads_to_the_list(alex):
    response = alex.get("/")
    assert (response.status_code, response["Location"]) == (302, "/edit")


def test_without_cards_the_list_invites_to_add_one(alex):
    page = alex.get()
    assert page.status_code == 200
    assert "No cards yet" in text(page)
    assert 'href="/edit/cards/add"' in page.content.decode()


def test_the_page_says_who_is_signed_in_and_leads_back_to_the_broker(alex):
    page = alex.get()
    assert "Signed in to Acme as A. Example" in text(page)
    assert "Not you? Sign out" in text(page)
    link = re.search(r'<a class="home" href="([^"]+)">', page.content.decode())
    assert link.group(1) == "http://acmebroker.localhost/account"
    assert "Back to my Acme account" in text(page)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"given_name": "Alex", "family_name": ""}, "Alex"),
        ({"given_name": "", "family_name": "", "email": "a@example.org"}, "a@example.org"),
    ],
)
def test_a_person_without_a_full_name_is_named_by_what_is_known(database, names, said):
    build.broker("acmebroker", name="Acme")
    assert f"Signed in to Acme as {said}" in text(person(**names).get())


def test_the_default_card_comes_first_then_the_newest(alex):
    now = clock.now()
    alex.card(last4="0001", created_at=now - timedelta(days=3))
    alex.card(last4="0002", created_at=now - timedelta(days=1))
    alex.card(last4="0003", created_at=now - timedelta(days=2), is_default=True)
    assert re.findall(r"•••• ending in (\d{4})", text(alex.get())) == ["0003", "0002", "0001"]


def test_a_card_is_told_in_words(alex):
    year = clock.now().year + 4
    alex.card("mastercard", "4444", exp_month=6, exp_year=year, nickname="Family card", is_default=True)
    page = alex.get()
    assert f"•••• ending in 4444 Family card Expires June {year} Default" in text(page)
    assert 'role="img" aria-label="Mastercard"' in page.content.decode()


def test_expiry_is_told_by_badge_and_in_words(alex):
    last_month = clock.now().replace(day=1) - timedelta(days=3)
    alex.card(last4="0001", exp_month=clock.now().month, exp_year=clock.now().year)
    alex.card(last4="0002", exp_month=last_month.month, exp_year=last_month.year - 1)
    said = text(alex.get())
    assert "Expires this month" in said
    assert f"Expired {MONTHS[last_month.month]} {last_month.year - 1} Expired" in said


def test_only_a_card_that_can_pay_can_be_made_the_default(alex):
    usable, expired = alex.card(last4="0001"), alex.card(last4="0002", exp_year=clock.now().year - 1)
    default = alex.card(last4="0003", is_default=True)
    page = alex.get().content.decode()
    assert f"/edit/cards/{usable.id}/default" in page
    assert f"/edit/cards/{expired.id}/default" not in page
    assert f"/edit/cards/{default.id}/default" not in page
    assert f"/edit/cards/{expired.id}/remove" in page


def test_an_unknown_brand_has_a_plain_mark(alex):
    alex.card("zebracard", "0001")
    assert 'aria-label="Card"' in alex.get().content.decode()


def test_removed_cards_can_be_brought_back_for_a_day(alex):
    fresh, stale = alex.removed(hours_ago=3, last4="0001"), alex.removed(hours_ago=25, last4="0002")
    page = alex.get()
    assert "ending in 0001 Can be brought back for 21 more hours" in text(page)
    assert f"/edit/cards/{fresh.id}/undo" in page.content.decode()
    assert str(stale.id) not in page.content.decode()


def test_the_last_minutes_of_undo_are_counted_in_minutes(alex):
    alex.removed(hours_ago=23.75)
    assert re.search(r"for 1[45] more minutes", text(alex.get()))


def test_with_as_many_cards_as_there_can_be_nothing_offers_to_add_one(alex):
    with as_owner():
        Broker.objects.update(max_cards=2)
    alex.card(last4="0001")
    alex.card(last4="0002")
    page = alex.get()
    assert "You have 2 cards, and that is as many as can be saved" in text(page)
    assert 'href="/edit/cards/add"' not in page.content.decode()


def test_a_notice_is_said_once(alex):
    card = alex.card(last4="0001")
    say(alex, code(Notice.NEW, card.id))
    assert "Your card is saved: Visa ending in 0001." in text(alex.get())
    assert "Your card is saved" not in text(alex.get())


def test_the_notice_of_a_removal_offers_undo_and_names_the_new_default(alex):
    alex.card("amex", "0005", is_default=True)
    card = alex.removed(last4="0001", was_default=True)
    say(alex, code(Notice.REMOVED, card.id))
    page = alex.get()
    assert "Your default card is now American Express ending in 0005. Undo" in text(page)
    notice = page.content.decode().split("<h2")[0]
    assert f'formaction="/edit/cards/{card.id}/undo"' in notice


def test_a_notice_about_a_card_that_is_gone_names_no_number(alex):
    say(alex, code(Notice.DEFAULT, alex.removed(hours_ago=30).id))
    assert "This is now your default card: one of your cards." in text(alex.get())


def test_what_is_no_notice_is_not_said(alex):
    say(alex, "<b>hello</b>")
    assert "hello" not in alex.get().content.decode()


def test_what_a_person_wrote_is_never_markup(alex):
    alex.card(nickname="<script>x</script>")
    page = alex.get().content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_the_brokers_texts_and_looks_carry_the_page(alex):
    with as_owner():
        Branding.objects.update(
            primary="#123456", font="serif", texts={"en": {"intro": "Pay & play", "help": "Ring <us>"}}
        )
    page = alex.get().content.decode()
    assert "--by-day:#123456" in page
    assert 'class="serif round"' in page
    assert "Pay &amp; play" in page
    assert "Ring &lt;us&gt;" in page


def test_the_list_is_never_stored_and_loads_nothing_from_elsewhere(alex):
    page = alex.get()
    assert page["Cache-Control"] == "no-store"
    assert "script-src 'self' 'nonce-" in page["Content-Security-Policy"]
    assert "http" not in page["Content-Security-Policy"]
    assert not re.search(r'(src|href)="(https?:)?//(?!acmebroker\.localhost)', page.content.decode())


def test_the_list_costs_one_transaction_and_six_statements(alex):
    alex.card()
    alex.get()
    statements: list[str] = []

    def count(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(count):
        alex.get()
    ours = [sql for sql in statements if "tenant_of_host" not in sql]
    assert len(ours) <= 6, ours
    assert sum("app.broker', %s" in sql for sql in ours) == 1
