"""What every attack is measured against: the table of routes is whole, and its good requests are answered."""

import pytest

from imin.site import URLS_OF_BROKER_PRODUCT, URLS_OF_PLATFORM_PRODUCT
from tests.security import dump
from tests.security.call import page
from tests.security.places import EVERYWHERE, IN_BODY
from tests.security.routes import ROUTES, Method, Route, addresses
from tests.security.world import World

GOOD = [
    pytest.param(route, name, method, id=f"{name} {route.address}")
    for route in ROUTES
    for name, method in route.methods.items()
]
CONSOLE = sorted(set(addresses("imin.console.urls")) - {"/"})


def test_every_route_stands_in_the_table_and_no_other():
    urls = {**URLS_OF_BROKER_PRODUCT, **URLS_OF_PLATFORM_PRODUCT}
    there = {(product, address) for product, name in urls.items() for address in addresses(name)}
    assert {(route.product, route.address) for route in ROUTES} == {one for one in there if one[0] != "console"}


@pytest.mark.parametrize(("route", "name", "method"), GOOD)
def test_a_good_request_is_answered_and_a_good_change_made(world: World, route: Route, name: str, method: Method):
    before = dump.tables()
    answer = method.good(world, world.mine).send()
    assert answer.status_code == method.status, answer.content.decode()
    assert bool(dump.changed(before, dump.tables())) == (name == "POST" or route.address in CHANGED_BY_READING)


@pytest.mark.parametrize(("route", "name", "method"), GOOD)
def test_nul_breaks_nothing(world: World, route: Route, name: str, method: Method):
    """Not in a header: no web server lets one through."""
    for place, push in (EVERYWHERE | IN_BODY if name == "POST" else EVERYWHERE).items():
        if place.startswith(("path", "query", "return", "field", "multipart", "JSON", "plain")):
            world.mine.session("live")
            assert push(method.good(world, world.mine), "a\0b").send().status_code < 500, place


CHANGED_BY_READING = {
    "/edit/cards/add/<setup_id>",  # the notice for the list
    "/oidc/callback",
}


def test_the_console_has_no_address_at_a_brokers_host(world: World):
    """With the wildcards of its addresses filled in somehow."""
    assert len(CONSOLE) > 30
    found = {
        address: status
        for address in CONSOLE
        if (status := page(world.mine.host, _filled(address), world.mine.live).send().status_code) != 404
    }
    assert found == {}


def _filled(address: str) -> str:
    return address.translate(str.maketrans("<>^$?()|\\*", "xxxxxxxxxx"))
