"""What no page of ours sends is refused before it can break anything, and what only looks odd breaks nothing."""

import pytest

from tests.security import dump
from tests.security.call import script
from tests.security.declared import Kind
from tests.security.places import EVERYWHERE, IN_BODY, Push
from tests.security.routes import ROUTES, Route
from tests.security.world import World

PUSHES = EVERYWHERE | IN_BODY
FORMS = [
    pytest.param(route, IN_BODY[place], id=f"{route}, {place}")
    for route in ROUTES
    for place in ("field nickname", "field version", "field unknown", "field name", "multipart field")
    if route.method == "POST" and route.kind is not Kind.SERVER
]
ODD = ["\uffff", "x" * 5000, "\r\nSet-Cookie: a=b", "<script>alert(1)</script>", "%00", "{{ 7*7 }}", "'; --", "٣", "-1"]


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 30_000, b"1" * 5000, b"\xff\xfe", b"null", b'{"attempt": "\\ud800"}', b""]
)
def test_a_body_that_is_not_what_the_card_form_sends(standing: World, body: bytes):
    before = dump.tables()
    answer = script(standing.mine.host, "/edit/cards/add", standing.mine.live, body).send()
    assert (answer.status_code, answer.json()["type"]) == (400, "BadCardFormError")
    assert dump.changed(before, dump.tables()) == []


@pytest.mark.parametrize(("route", "push"), FORMS)
def test_nul_in_a_form_is_refused(standing: World, route: Route, push: Push):
    call = push(route.good(standing, standing.mine), "a\0b")
    before = dump.tables()
    assert call.send().status_code == 400
    assert dump.changed(before, dump.tables()) == []


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_in_the_edit_form_break_nothing(standing: World, text: str):
    """And no answer says them back as markup or as a header."""
    (edit,) = [route for route in ROUTES if str(route) == "POST /edit/cards/<card_id>"]
    for push in PUSHES.values():
        answer = push(edit.good(standing, standing.mine), text).send()
        assert answer.status_code < 500
        assert b"<script>alert(1)" not in answer.content
        assert "a" not in answer.cookies
