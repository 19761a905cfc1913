"""The check of a Broker beside the running demo: by command, and by an operator in a browser."""

import re

import pytest

from tests.journeys.person import Person

OWN = "correct horse battery staple"


@pytest.mark.parametrize("slug", ["acmebroker", "harbour"])
def test_the_demos_brokers_are_well_as_a_second_terminal_sees_them(stack, slug, monkeypatch):
    monkeypatch.delitem(stack.environment, "IMIN_PORT")
    done = stack.imin("check", "broker", slug)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"http://cards.{slug}.localhost:{stack.port}/.well-known/imin is answered by this platform" in done.stdout
    assert "✓ prompt=none is really silent" in done.stdout


@pytest.mark.browser
def test_an_operator_checks_a_broker(stack, chromium):
    given = re.search(r"checker: (\S+)", stack.imin("operator", "checker").stdout)
    context = chromium.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    page = context.new_page()
    page.goto(stack.console())
    page.get_by_label("Username").fill("checker")
    page.get_by_label("Password").fill(given[1])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Old password").fill(given[1])
    page.get_by_label("New password:").fill(OWN)
    page.get_by_label("New password confirmation").fill(OWN)
    page.get_by_role("button", name="Change my password").click()
    page.goto(stack.console())
    page.locator("[name=later]").click()
    page.goto(stack.console("/brokers/broker/"))
    page.get_by_role("link", name="Acme", exact=True).click()
    page.get_by_role("link", name="Check this Broker").click()
    page.get_by_role("button", name=re.compile("Check (this Broker|again)")).click()
    page.get_by_text(re.compile(r"(Waiting for the worker|Looking…|Nothing is wrong)")).wait_for()
    Person(page, stack).check_page()
    page.get_by_text("Nothing is wrong.").wait_for()  # the page follows by itself
    assert page.get_by_role("link", name="Test sign-in, in a new tab").count() == 1
    Person(page, stack).check_page()
    page.emulate_media(color_scheme="light")
    page.reload()
    Person(page, stack).check_page()
    context.close()
