"""A careful Broker in a real browser: a key instead of a secret, answers by a form, signing in once more."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser]
MAKE_KEY = """
import django; django.setup()
from imin.brokers import client_keys
from imin.brokers.models import OpenIdSettings
from imin.ground import clock
from imin.ground.database import as_owner
with as_owner():
    client_keys.make_first(OpenIdSettings.objects.get(broker__slug="acmebroker"), now=clock.now())
"""
CHANGE = """
    UPDATE brokers_openidsettings SET authentication = %s, response_mode = %s, step_up_max_age = %s
    WHERE broker_id = (SELECT id FROM brokers_broker WHERE slug = 'acmebroker')
"""


@pytest.fixture
def careful(stack: Stack) -> Iterator[Stack]:
    """The demo, with Acme as careful as can be."""
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "imin.settings"}
    subprocess.run([sys.executable, "-c", MAKE_KEY], env=environment, check=True, timeout=60)
    with stack.database() as connection:
        connection.execute(CHANGE, ["private_key_jwt", "form_post", 300])
    yield stack
    with stack.database() as connection:
        connection.execute(CHANGE, ["client_secret_basic", "query", None])


def test_everything_at_once(careful: Stack, another: Person):
    another.sign_in_at_broker()
    posted: list[str] = []
    another.page.on("request", lambda asked: asked.method == "POST" and posted.append(asked.url))
    another.open_cards()
    expect(another.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible()
    assert posted == [careful.cards("/oidc/callback")]
    assert {cookie["name"]: cookie["sameSite"] for cookie in another.page.context.cookies(careful.cards())} == {
        "__Host-signin-form": "None",
        "__Host-session": "Lax",
        "__Host-csrf": "Lax",
    }
    with careful.database() as connection:
        connection.execute("UPDATE identity_session SET auth_time = auth_time - interval '1 hour'")
    another.press(another.page.get_by_role("link", name="Add a card"))
    expect(another.page.get_by_role("heading", name="Add a card")).to_be_visible()
    assert another.page.url == careful.cards("/edit/cards/add")
    assert posted.count(careful.cards("/oidc/callback")) == 2
