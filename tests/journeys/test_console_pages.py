"""Every page of the console as axe sees it on a phone: each list, the first thing in it, each form for a new one."""

import re
from secrets import token_hex
from urllib.parse import urlsplit

import pytest

from tests.journeys.person import Person

pytestmark = pytest.mark.browser
OWN = "correct horse battery staple"
LINKS = "links => links.map(link => link.href)"
WIDE_TOO = re.compile(r"^/$|/broker/|/user/")  # pages whose parts stand beside each other where there is room
OF_ONE = re.compile(r"/(broker|customer)/[^/]+/change/$")  # whose page leads to pages of their own


def operator(person: Person) -> None:
    """Sign somebody new in, who does without a second factor."""
    page, name = person.page, f"eve{token_hex(3)}"
    given = re.search(r": (\S+)", person.stack.imin("operator", name).stdout)
    assert given
    page.goto(person.stack.console())
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(given[1])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Old password").fill(given[1])
    page.get_by_label("New password:").fill(OWN)
    page.get_by_label("New password confirmation").fill(OWN)
    page.get_by_role("button", name="Change my password").click()
    page.goto(person.stack.console())
    page.locator("[name=later]").click()
    page.goto(person.stack.console())


def pages(person: Person) -> list[str]:
    """Return the paths of the console's pages, as its first page and its lists lead to them."""
    page = person.page
    found = dict.fromkeys(urlsplit(url).path for url in page.eval_on_selector_all("#content-main a[href]", LINKS))
    for path in [path for path in found if path.count("/") == 3]:
        page.goto(person.stack.console(path))
        first = page.locator("#result_list tbody th a").first
        if first.count():
            found[urlsplit(str(first.get_attribute("href"))).path] = None
    return ["/", "/password_change/", *(path for path in found if path.count("/") > 2)]


@pytest.mark.timeout(900)
def test_every_page_of_the_console(stack, another):
    operator(another)
    found = pages(another)
    assert len(found) > 25, found
    assert sum(path.endswith("/change/") for path in found) > 4, found
    for path in found:
        another.page.goto(stack.console(path))
        for width in (1280, 360) if WIDE_TOO.search(path) else (360,):
            another.page.set_viewport_size({"width": width, "height": 800})
            another.check_page()
        if OF_ONE.search(path):
            found += [urlsplit(url).path for url in another.page.eval_on_selector_all(".object-tools a[href]", LINKS)]
    assert [path for path in found if path.endswith("/record/")]
