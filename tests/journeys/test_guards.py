"""The guards of the card page, in the running product: the inventory, the browsers' reports, who tries many cards."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.stack import Stack
from tests.journeys.visitor import Visitor

DECLINED = ("4000000000000002", "4000000000009987", "4000000000009995", "4000000000000069")


def wait_for(stack: Stack, query: str, *, seconds: float = 60) -> tuple:
    end = time.monotonic() + seconds
    with stack.database() as connection:
        while not (found := connection.execute(query).fetchone()):
            assert time.monotonic() < end, query
            time.sleep(0.2)
    return found


def test_the_live_card_page_is_like_the_inventory(stack: Stack):
    ran = stack.imin("check", "page", stack.cards("/edit/cards/add"), "--json")
    said = json.loads(ran.stdout)
    assert [step for step in said["steps"] if step["status"] != "ok"] == []
    assert (ran.returncode, said["well"]) == (0, True)
    with stack.database() as connection:
        assert (
            connection.execute("SELECT count(*) FROM customers_customer WHERE given_name = 'Page check'").fetchone()[0]
            == 0
        )


def test_a_page_that_cannot_be_looked_at_is_no_good_page(stack: Stack):
    assert stack.imin("check", "page", stack.cards("/edit", broker="nobody")).returncode == 2


@pytest.mark.browser
def test_a_browser_reports_what_it_was_kept_from_loading(stack: Stack, another):
    page = another.page
    page.goto(stack.cards("/oidc/signed-out"))
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {src: 'https://skim.example/x'}))"
    )
    query = "SELECT directive FROM brokers_blockedbypolicy WHERE blocked = 'https://skim.example'"
    assert wait_for(stack, query) == ("script-src-elem",)


@pytest.mark.browser
def test_who_tries_many_cards_has_to_wait_and_is_told_so(stack: Stack, another):
    another.sign_in_at_broker()
    another.open_cards()
    thief = Visitor(stack)
    thief.sign_in_at_broker()
    secret, _back = thief.begin_add()
    for number in DECLINED:
        assert thief.confirm(secret, number).status_code == 402
    wait_for(stack, "SELECT 1 FROM payments_cardhold")
    with stack.database() as connection:
        connection.execute("UPDATE payments_cardhold SET wait_until = now() + interval '10 minutes'")
    assert thief.confirm(secret, "4242424242424242").status_code == 400  # the set-up was closed
    another.press(another.page.get_by_role("link", name="Add a card"))
    another.fill_card("4242424242424242")
    another.tick(another.page.get_by_role("checkbox"))
    another.press(another.page.get_by_role("button", name="Save card"))
    expect(another.page.get_by_role("alert").filter(has_text="Please wait 10 minutes")).to_be_visible(timeout=40_000)
    assert "Nothing was saved" in another.page.get_by_role("alert").first.inner_text()
