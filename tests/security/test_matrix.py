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
)
from tests.security.call import CSRF, SESSION, TOKEN, Call
from tests.security.declared import Kind
from tests.security.routes import ROUTES, Route
from tests.security.world import World

CASES = [
    pytest.param(attack, route, id=f"{route}, {attack.name}")
    for route in ROUTES
    for attack in ATTACKS
    if answer_to(attack, route) != NOT_POSSIBLE
]
ADDRESSES = {route.address: route for route in ROUTES if route.others}


@pytest.mark.parametrize(("attack", "route"), CASES)
def test_the_attack_is_refused(standing: World, attack: Attack, route: Route):
    call = attack.change(standing, route)
    before, written = dump.tables(), standing.services.journal()
    answer = call.send()
    assert verdict(answer, route) == answer_to(attack, route)
    changed = dump.changed(before, dump.tables())
    open_to_change = route.anybody_changes if verdict(answer, route) == ANYBODY else ()
    assert set(changed) - set(open_to_change) == ({"identity_session"} if ends_own_session(attack, route) else set())
    assert standing.services.journal() == written
    assert given_away(answer, call, standing) <= may_be_said(attack, route)
    assert_cannot_be_used_from_elsewhere(answer)


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_method_is_refused(standing: World, address: str):
    route = ADDRESSES[address]
    good = route.good(standing, standing.mine).holding(CSRF, TOKEN).saying(HTTP_X_CSRFTOKEN=TOKEN)
    before = dump.tables()
    for method in route.others:
        call = good.but(method=method)
        answer = call.send()
        assert answer.status_code == 405, method
        assert not set(answer["Allow"].split(", ")) & set(route.others), method
        assert given_away(answer, call, standing) == set(), method
        assert_cannot_be_used_from_elsewhere(answer)
    assert dump.changed(before, dump.tables()) == []


def verdict(answer: HttpResponse, route: Route) -> str:
    """Return the answer in the words of the attacks."""
    leads_to = answer.get("Location", "")
    if leads_to.startswith("/login/?"):
        return CONSOLE_SIGN_IN
    if answer.status_code == route.anybody:
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
