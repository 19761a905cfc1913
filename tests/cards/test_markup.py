"""What holds for every page: labels, names, one heading, nothing inline without the nonce."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.brokers import build
from tests.cards.person import person, text

PAGES = ["/edit", "/edit/cards/add", "/edit/cards/{card}", "/edit/cards/{card}/remove", "/nothing"]


class Page(HTMLParser):
    """Collects what the rules below need."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def of(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(params=PAGES)
def page(request, sam) -> Page:
    sam.card(is_default=True)
    sam.removed()
    reader = Page()
    response = sam.get(request.param.format(card=sam.card().id))
    reader.nonce = response["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    reader.feed(response.content.decode())
    return reader


def test_every_field_has_a_label(page):
    labelled = {label["for"] for label in page.of("label")}
    fields = {field["id"] for field in page.of("input", "select") if field.get("type") != "hidden"}
    assert fields <= labelled


def test_every_id_is_there_once_and_every_reference_is_there(page):
    counted = Counter(attributes["id"] for _tag, attributes in page.tags if "id" in attributes)
    assert [name for name, count in counted.items() if count > 1] == []
    pointed = {
        name
        for _tag, attributes in page.tags
        for key in ("aria-describedby", "aria-labelledby", "for", "form")
        for name in attributes.get(key, "").split()
    }
    assert pointed <= set(counted)


def test_there_is_one_main_heading_and_one_main_part(page):
    assert (len(page.of("h1")), len(page.of("main"))) == (1, 1)


def test_nothing_inline_escapes_the_policy(page):
    assert all(style["nonce"] == page.nonce for style in page.of("style"))
    assert all("src" in script or script["type"] == "application/json" for script in page.of("script"))
    assert [name for _tag, given in page.tags for name in given if name == "style" or name.startswith("on")] == []


def test_every_form_that_changes_something_carries_the_token(page):
    posts = [form for form in page.of("form") if form.get("method") == "post"]
    tokens = [field for field in page.of("input") if field.get("name") == "csrfmiddlewaretoken"]
    assert len(posts) == len(tokens)


def test_every_page_leads_back_to_the_broker(page):
    assert any(link["href"] == "http://acmebroker.localhost/account" for link in page.of("a"))


def test_repeated_links_are_told_apart_by_name(alex):
    alex.card(last4="0001")
    alex.card("amex", "0002")
    said = text(alex.get())
    for name in ("Edit Visa ending in 0001", "Remove American Express ending in 0002"):
        assert name in said


def test_two_people_at_two_brokers_see_two_brands(alex):
    build.broker("harbour", name="Harbour")
    other = text(person("harbour").get())
    assert "Harbour" in other
    assert "Acme" not in other
