"""Every route × every attack: refused, nothing changed in any table, nothing of anybody else in the answer."""

import pytest
from django.http import HttpResponse

from tests.security import dump
from tests.security.attacks import (
    ANYBODY,
    ATTACKS,
    CONSOLE_SIGN_IN,
    NOT_POSSIBLE,
    SIGN_IN_AGAIN,
    Attack,
    answer_to,
    ends_own_session,
    other_methods,
)
from tests.security.call import CSRF, SESSION, TOKEN, Call
from tests.security.routes import ROUTES, Kind, Method, Route
from tests.security.world import World

CASES = [
    pytest.param(attack, route, name, id=f"{name} {route.address}, {attack.name}")
    for route in ROUTES
    for name in route.methods
    for attack in ATTACKS
    if answer_to(attack, route, name) != NOT_POSSIBLE
]
UNSUPPORTED = [
    pytest.param(route, method, id=f"{method} {route.address}") for route in ROUTES for method in other_methods(route)
]


@pytest.mark.parametrize(("attack", "route", "name"), CASES)
def test_the_attack_is_refused(standing: World, attack: Attack, route: Route, name: str):
    method = route.methods[name]
    call = attack.change(standing, route, method)
    before, written = dump.tables(), standing.services.journal()
    answer = call.send()
    assert verdict(answer, method) == answer_to(attack, route, name)
    changed = dump.changed(before, dump.tables())
    assert changed == (["identity_session"] if ends_own_session(attack, route) else [])
    assert standing.services.journal() == written
    assert given_away(answer, call, standing) <= may_be_said(attack, route)
    assert_cannot_be_used_from_elsewhere(answer)


@pytest.mark.parametrize(("route", "method"), UNSUPPORTED)
def test_another_method_is_refused(standing: World, route: Route, method: str):
    good = next(iter(route.methods.values())).good(standing, standing.mine)
    call = good.but(method=method).holding(CSRF, TOKEN).saying(HTTP_X_CSRFTOKEN=TOKEN)
    before = dump.tables()
    answer = call.send()
    assert answer.status_code == 405
    assert set(answer["Allow"].replace(" ", "").split(",")) == set(route.methods)
    assert dump.changed(before, dump.tables()) == []
    assert given_away(answer, call, standing) == set()
    assert_cannot_be_used_from_elsewhere(answer)


def verdict(answer: HttpResponse, method: Method) -> str:
    """Return the answer in the words of the attacks."""
    leads_to = answer.get("Location", "")
    if leads_to.startswith("/login/?"):
        return CONSOLE_SIGN_IN
    if answer.status_code == method.anybody:
        return ANYBODY
    return SIGN_IN_AGAIN if "/authorize?" in leads_to else str(answer.status_code)


def given_away(answer: HttpResponse, call: Call, world: World) -> set[str]:
    """Return what the answer tells of any Customer, or of a Broker whose host was not asked, and was not in `call`."""
    said = answer.content.decode(errors="replace") + str(answer.headers) + str(answer.cookies)
    known = call.host + call.path + str(call.cookies) + str(call.headers)
    secrets = {"acmebroker", "harbour"}.union(*(person.marks for person in world.people))
    return {secret for secret in secrets if secret.lower() in said.lower() and secret not in known}


def may_be_said(attack: Attack, route: Route) -> set[str]:
    """Return what is no secret: a Customer's own name, and to a server the issuer in the token that it sent itself."""
    return {"family-of-mine"} if attack.signed_in else {"acmebroker", "harbour"} if route.kind is Kind.SERVER else set()


def assert_cannot_be_used_from_elsewhere(answer: HttpResponse) -> None:
    assert answer["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in answer.headers
    session = answer.cookies.get(SESSION)
    assert session is None or session.value == ""
