"""What every attack is measured against: the table of routes is whole, and its good requests are answered."""

import pytest

from tests.security import dump
from tests.security.declared import Kind
from tests.security.places import EVERYWHERE, IN_BODY
from tests.security.routes import ROUTES, UNKNOWN, Route, presume
from tests.security.world import World

every_route = pytest.mark.parametrize("route", ROUTES, ids=str)


def test_every_route_is_covered():
    assert UNKNOWN == []


@pytest.mark.parametrize(
    ("product", "address", "method", "words"),
    [
        ("cards", "/edit/passes/<pass_id>", "GET", "THINGS of declared.py which thing of a Person is pass_id"),
        ("cards", "/edit/passes", "PUT", "declare it"),
        ("book", "/orders", "GET", "declare it"),
    ],
)
def test_what_cannot_be_presumed_is_named(product, address, method, words):
    said = presume(product, address, method, None)
    assert f"{method} {address}" in str(said)
    assert words in str(said)


def test_an_address_that_nobody_declared_is_presumed_to_be_for_customers():
    """So that a page that is open by mistake fails."""
    route = presume("cards", "/edit/passes", "GET", None)
    assert isinstance(route, Route)
    assert (route.kind, route.anybody) == (Kind.CUSTOMER, 0)


@every_route
def test_a_good_request_is_answered_and_a_good_change_made(world: World, route: Route):
    before = dump.tables()
    answer = route.good(world, world.mine).send()
    assert answer.status_code == route.status, answer.content.decode()
    assert bool(dump.changed(before, dump.tables())) == route.changes


@every_route
def test_nul_breaks_nothing(world: World, route: Route):
    """Not in a header: no web server lets one through."""
    for place, push in (EVERYWHERE | IN_BODY if route.method == "POST" else EVERYWHERE).items():
        if place.startswith(("path", "query", "return", "field", "multipart", "JSON", "plain")):
            world.mine.session("live")
            assert push(route.good(world, world.mine), "a\0b").send().status_code < 500, place
