"""A card is about to expire: the mail, the way from it to that very card, and the way to be left alone."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.stack import ROOT

pytestmark = [pytest.mark.browser]

_WORK = """
import django
django.setup()
from datetime import UTC, datetime
from imin.ground.database import as_owner
from imin.mail.send import send_due
from imin.payments.remind import remind_due
with as_owner():
    now = datetime(2031, 8, 15, 9, tzinfo=UTC)
    assert remind_due(now=now) == 1
    assert send_due(now=now) >= 1  # the mail that the card was added may still wait, and is dropped then
"""


def let_the_month_come(person: Person) -> None:
    """Do what the worker will do in August 2031, in which the card expires."""
    environment = {**person.stack.environment, "DJANGO_SETTINGS_MODULE": "imin.settings"}
    subprocess.run([sys.executable, "-c", _WORK], env=environment, cwd=ROOT, check=True)


def open_mailbox(person: Person) -> None:
    person.page.goto(f"http://mail.localhost:{person.stack.sandbox_port}/")


def test_a_reminder_leads_to_its_card_and_is_stopped_by_its_link(person):
    open_mailbox(person)
    if person.page.get_by_role("button", name="Empty the mailbox").count():
        person.page.get_by_role("button", name="Empty the mailbox").click()
    expect(person.page.get_by_text("There is no mail yet")).to_be_visible()
    person.sign_in_at_broker()
    person.open_cards()
    person.add("4242424242424242", expiry="08 / 31")
    let_the_month_come(person)

    open_mailbox(person)
    person.check_page()
    person.press(person.page.get_by_role("link", name="Your card expires at the end of August 2031"))
    mail = person.page.frame_locator("iframe")
    expect(mail.get_by_role("heading", name="Your card expires soon")).to_be_visible()
    expect(mail.get_by_role("img", name="Acme")).to_be_visible()

    with person.page.context.expect_page() as opened:
        mail.get_by_role("link", name="Bring my card up to date").click()
    card = Person(opened.value, person.stack, person.keyboard)
    expect(card.page.get_by_role("heading", level=1)).to_be_visible()
    expect(card.page.get_by_role("textbox", name="Month")).to_have_value("08")

    with person.page.context.expect_page() as opened:
        mail.get_by_role("link", name="No more reminders").click()
    stop = Person(opened.value, person.stack, person.keyboard)
    expect(stop.page.get_by_role("heading", name="Stop reminders?")).to_be_visible()
    stop.check_page()
    stop.press(stop.page.get_by_role("button", name="Stop reminders"))
    expect(stop.page.get_by_role("heading", name="You get no more reminders")).to_be_visible()
    stop.check_page()
    stop.press(stop.page.get_by_role("link", name="Go to my payment cards"))
    expect(stop.page.get_by_text("You get no mail when a card is about to expire.")).to_be_visible()
    stop.press(stop.page.get_by_role("button", name="Remind me"))
    expect(stop.page.get_by_role("status").first).to_contain_text("You get a mail before a card expires")
    stop.check_page()
